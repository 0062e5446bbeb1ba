"""Between the training script and Hugging Face's DINOv3ViT layout.

    python export.py TRAINING_STATE.pt MODEL_DIR

writes the averaged weights of a training state as float16 safetensors with their two configuration files.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from data import MEAN, SIDE, STD
from model import NanoConfig, NanoViT

BILINEAR = 2


def model_settings(config: NanoConfig) -> dict[str, Any]:
    """``config.json`` of a ``DINOv3ViTModel``."""
    return {
        "architectures": ["DINOv3ViTModel"],
        "model_type": "dinov3_vit",
        "dtype": "float16",
        "image_size": config.image_size,
        "patch_size": config.patch_size,
        "num_channels": 3,
        "hidden_size": config.hidden_size,
        "intermediate_size": config.mlp_ratio * config.hidden_size,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_register_tokens": config.registers,
        "hidden_act": "gelu",
        "use_gated_mlp": False,
        "query_bias": True,
        "key_bias": False,
        "value_bias": True,
        "proj_bias": True,
        "mlp_bias": True,
        "layer_norm_eps": config.norm_eps,
        "rope_theta": config.rope_theta,
        "layerscale_value": 1.0,
        "attention_dropout": 0.0,
        "drop_path_rate": 0.0,
        "pos_embed_jitter": None,
        "pos_embed_rescale": None,
        "pos_embed_shift": None,
    }


def preprocessor_settings(config: NanoConfig) -> dict[str, Any]:
    """``preprocessor_config.json``: resize, scale to [0, 1], normalize with the statistics used in training."""
    return {
        "image_processor_type": "DINOv3ViTImageProcessorFast",
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_resize": True,
        "size": {"height": config.image_size, "width": config.image_size},
        "resample": BILINEAR,
        "do_normalize": True,
        "image_mean": [round(value, 6) for value in MEAN.flatten().tolist()],
        "image_std": [round(value, 6) for value in STD.flatten().tolist()],
    }


def write_export(network: NanoViT, folder: Path) -> None:
    """Writes ``network`` as float16; every file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    partial = folder / "model.safetensors.partial"
    save_file(weights, partial, metadata={"format": "pt"})
    os.replace(partial, folder / "model.safetensors")
    settings = {"config.json": model_settings, "preprocessor_config.json": preprocessor_settings}
    for name, make in settings.items():
        partial = folder / f"{name}.partial"
        partial.write_text(json.dumps(make(network.config), indent=1))
        os.replace(partial, folder / name)


def load_export(folder: Path) -> NanoViT:
    """The network of an exported folder, in float32. ValueError when its architecture is not this one's."""
    settings = json.loads((folder / "config.json").read_text())
    config = NanoConfig(
        hidden_size=settings["hidden_size"],
        layers=settings["num_hidden_layers"],
        heads=settings["num_attention_heads"],
        patch_size=settings["patch_size"],
        image_size=settings["image_size"],
        registers=settings["num_register_tokens"],
        mlp_ratio=settings["intermediate_size"] // settings["hidden_size"],
        rope_theta=settings["rope_theta"],
        norm_eps=settings["layer_norm_eps"],
    )
    if config.image_size != SIDE:
        raise ValueError(f"{folder}: made for {config.image_size}-pixel images; training reads {SIDE}-pixel ones")
    different = [name for name, value in model_settings(config).items() if settings.get(name) != value]
    if different:
        raise ValueError(f"{folder / 'config.json'}: this script has no model with that {', '.join(different)}")
    network = NanoViT(config)
    network.load_state_dict({name: value.float() for name, value in load_file(folder / "model.safetensors").items()})
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a training state's averaged weights in Hugging Face's layout.")
    parser.add_argument("state", type=Path, help="a state.pt of train.py")
    parser.add_argument("folder", type=Path, help="where config.json, preprocessor_config.json and weights go")
    options = parser.parse_args()
    state = torch.load(options.state, map_location="cpu", weights_only=True)
    network = NanoViT(NanoConfig(**state["config"]))
    network.load_state_dict(state["averaged"])
    write_export(network, options.folder)


if __name__ == "__main__":
    main()
