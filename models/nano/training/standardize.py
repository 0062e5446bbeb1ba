"""Gives every number of a model's CLS feature mean 0 and deviation 1 over the images it was trained on.

    python standardize.py MODEL_DIR FEATURES.npy OUT_DIR

Cosines between features that share a mean, or of which some numbers vary much more than others, tell less about the
images. The last layer norm already scales and shifts each number, so the standardization is folded into its weight and
bias: the model keeps its layout, and no label is used. FEATURES.npy (count, width) are the model's own CLS features of the
training images, such as ``circle-limit extract --dataset cifar10/train --model MODEL_DIR --out FEATURES.npy`` writes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from export import load_export, write_export
from model import NanoViT


def fold_standardization(network: NanoViT, features: np.ndarray) -> None:
    """Changes the last norm of ``network`` so that its output x becomes (x - mean) / deviation, mean and deviation
    taken over the rows of ``features`` (count, width). ValueError when they are not this network's."""
    if features.ndim != 2 or features.shape[1] != network.config.hidden_size:
        raise ValueError(f"features of shape {features.shape}; needed are rows of {network.config.hidden_size} numbers")
    mean = torch.from_numpy(features.mean(0, dtype=np.float64))
    deviation = torch.from_numpy(features.std(0, dtype=np.float64))
    if not bool((deviation > 0).all()):
        raise ValueError("a feature is the same for all images, or not a number")
    norm = network.norm
    with torch.no_grad():
        norm.weight.copy_(norm.weight.double() / deviation)
        norm.bias.copy_((norm.bias.double() - mean) / deviation)


def main() -> None:
    parser = argparse.ArgumentParser(description="Standardizes an exported model's CLS features over its training images.")
    parser.add_argument("model", type=Path, help="folder with config.json and model.safetensors")
    parser.add_argument("features", type=Path, help="its CLS features of the training images, .npy")
    parser.add_argument("folder", type=Path, help="where the changed model goes")
    options = parser.parse_args()
    network = load_export(options.model)
    fold_standardization(network, np.load(options.features))
    write_export(network, options.folder)


if __name__ == "__main__":
    main()
