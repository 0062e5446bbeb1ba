"""Trains the bundled model: distills a teacher's stored features into a small DINOv3-layout transformer.

    python train.py --cifar10 DIR --teacher FILE.npy --out DIR --minutes 80 [--init MODEL_DIR | --resume]

The schedule is a share of wall-clock time, so that a run ends when it was meant to, however busy the machine is.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from data import (
    TEST_FILE,
    TRAIN_FILES,
    EpochSampler,
    LabeledImages,
    augment,
    normalize,
    read_cifar10,
    read_extra_images,
    read_features,
)
from distillation import distillation_losses, fit_head, standardized_targets
from evaluation import embed, network_accuracy
from export import load_export, write_export
from model import NanoConfig, NanoViT

STATE_FILE = "state.pt"
FLOOR_RATE = 1e-6


@dataclass(frozen=True)
class Material:
    """``images`` are all that is learned from, CIFAR-10's first; ``targets`` has their rows; ``train`` and ``test``
    keep the labels, for measuring."""

    images: np.ndarray
    targets: Tensor
    train: LabeledImages
    test: LabeledImages


def read_material(options: argparse.Namespace) -> Material:
    train = read_cifar10(options.cifar10, TRAIN_FILES)
    test = read_cifar10(options.cifar10, (TEST_FILE,))
    images, features = train.pixels, read_features(options.teacher, len(train.pixels))
    if options.extra_images is not None:
        extra = read_extra_images(options.extra_images)
        images = np.concatenate([images, extra])
        features = torch.cat([features, read_features(options.extra_teacher, len(extra))])
    return Material(images, standardized_targets(features, len(train.pixels)), train, test)


def make_optimizer(network: NanoViT, head: nn.Linear) -> torch.optim.AdamW:
    """AdamW; vectors and learned tokens are not decayed."""
    named = [*network.named_parameters(), *head.named_parameters(prefix="head")]
    trained = [(name, parameter) for name, parameter in named if parameter.requires_grad]
    decayed = {name for name, parameter in trained if parameter.ndim > 1 and "token" not in name}
    groups = [
        {"params": [parameter for name, parameter in trained if name in decayed], "weight_decay": 0.05},
        {"params": [parameter for name, parameter in trained if name not in decayed], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98))


def learning_rate(step: int, share: float, peak: float, warm_up_steps: int) -> float:
    """Linear warm-up by steps, cosine to nothing by ``share`` of the time (0 to 1)."""
    return peak * min(1.0, (step + 1) / warm_up_steps) * (0.5 + 0.5 * math.cos(math.pi * min(1.0, share))) + FLOOR_RATE


class Trainer:
    """One run: its networks, optimizer and clock. ``elapsed``: its seconds, over all resumptions."""

    def __init__(self, options: argparse.Namespace, material: Material) -> None:
        self.options, self.material = options, material
        self.rng = np.random.default_rng(options.seed)
        torch.manual_seed(options.seed)
        self.network = NanoViT(NanoConfig()) if options.init is None else load_export(options.init)
        self.head = nn.Linear(self.network.config.hidden_size, material.targets.shape[1])
        if options.init is not None and not options.resume:
            sample = self.rng.permutation(len(material.images))[: options.head_images]
            features = embed(self.network, material.images[sample], options.bfloat16)
            fit_head(self.head, features, material.targets[sample])
        self.averaged = NanoViT(self.network.config)
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimizer = make_optimizer(self.network, self.head)
        self.sampler = EpochSampler(len(material.images), options.batch, self.rng)
        self.step, self.seen, self.elapsed = 0, 0, 0.0

    def load(self, file: Path) -> None:
        state = torch.load(file, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.head.load_state_dict(state["head"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seen, self.elapsed = state["step"], state["seen"], state["elapsed"]
        # A seed of its own: the stored one would show the first images again.
        self.rng = np.random.default_rng([self.options.seed, self.step])
        self.sampler = EpochSampler(len(self.material.images), self.options.batch, self.rng)

    def save(self, folder: Path) -> None:
        """Writes everything that ``load`` needs, whole or not at all."""
        state: dict[str, Any] = {
            "config": asdict(self.network.config),
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "head": self.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seen": self.seen,
            "elapsed": self.elapsed,
        }
        partial = folder / f"{STATE_FILE}.partial"
        torch.save(state, partial)
        os.replace(partial, folder / STATE_FILE)

    @property
    def share(self) -> float:
        return self.elapsed / (60 * self.options.minutes)

    def kept_patches(self) -> Tensor | None:
        """A random half (by default) of the patches; all of them in the last part of the run, as when it is used."""
        patches = self.network.config.patches
        if self.share >= self.options.full_from or self.options.drop == 0:
            return None
        kept = self.rng.permutation(patches)[: round(patches * (1 - self.options.drop))]
        return torch.from_numpy(np.sort(kept))

    def train_step(self) -> tuple[float, float]:
        """One batch; returns the two losses."""
        options = self.options
        self.network.train()
        rate = learning_rate(self.step, self.share, options.peak_rate, options.warm_up_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        indices = self.sampler.next()
        pixels = normalize(augment(self.material.images[indices], self.rng))
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16):
            features = self.network(pixels, self.kept_patches())
        place, relations = distillation_losses(features.float(), self.head, self.material.targets[indices])
        (place + options.relation_weight * relations).backward()
        nn.utils.clip_grad_norm_([*self.network.parameters(), *self.head.parameters()], 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        self.seen += len(indices)
        self.average()
        return place.item(), relations.item()

    @torch.no_grad()
    def average(self) -> None:
        """Exponential moving average of the weights; short at first, so that it forgets where it began."""
        keep = min(self.options.average, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.averaged.parameters()), list(self.network.parameters()), 1 - keep)

    def probe(self) -> float:
        """Accuracy of the averaged weights on a part of CIFAR-10; for watching, noisier than the final measurement."""
        size = (self.options.probe_bank, self.options.probe_queries)
        return network_accuracy(self.averaged, self.material.train, self.material.test, size, self.options.bfloat16)

    def run(self) -> None:
        """Trains until the time is up; probes and saves count, the time between two resumptions does not."""
        folder, begun = self.options.out, time.monotonic() - self.elapsed
        last_save, last_probe = self.elapsed, -math.inf
        while self.share < 1:
            if self.elapsed - last_probe >= 60 * self.options.probe_minutes:
                last_probe = self.elapsed
                self.report(f"weighted 20-NN {self.probe():.4f}")
            place, relations = self.train_step()
            self.elapsed = time.monotonic() - begun
            if self.step % self.options.log_steps == 0:
                self.report(f"place {place:.4f} relations {relations:.4f}")
            if self.elapsed - last_save >= 60 * self.options.save_minutes:
                last_save = self.elapsed
                self.save(folder)
        self.save(folder)
        write_export(self.averaged, folder / "export")
        self.report(f"weighted 20-NN {self.probe():.4f}, exported to {folder / 'export'}")

    def report(self, what: str) -> None:
        epochs, speed = self.seen / len(self.material.images), self.seen / max(self.elapsed, 1e-9)
        clock = f"{self.elapsed / 60:.1f} min, step {self.step}, epoch {epochs:.2f}, {speed:.0f} images/s"
        print(f"{clock}: {what}", flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Distills a teacher's features into the bundled model.")
    parser.add_argument("--cifar10", type=Path, required=True, help="folder with the six .bin files")
    parser.add_argument("--teacher", type=Path, required=True, help="features of the 50,000 training images, .npy")
    parser.add_argument("--extra-images", type=Path, help="more images, .npy of (count, 32, 32, 3) uint8")
    parser.add_argument("--extra-teacher", type=Path, help="their features, .npy")
    parser.add_argument("--out", type=Path, required=True, help="folder for the state and the export")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--init", type=Path, help="start from an exported model's weights instead of random ones")
    start.add_argument("--resume", action="store_true", help="go on from the state in --out")
    parser.add_argument("--minutes", type=float, default=80, help="training time, all resumptions together")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--peak-rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--warm-up-steps", type=int, default=300)
    parser.add_argument("--relation-weight", type=float, default=0.3)
    parser.add_argument("--drop", type=float, default=0.5, help="share of the patches that are not looked at")
    parser.add_argument("--full-from", type=float, default=0.75, help="share of the time after which none is dropped")
    parser.add_argument("--average", type=float, default=0.999, help="decay of the weights' moving average")
    parser.add_argument("--bfloat16", action="store_true", help="multiply in bfloat16, for processors that have it")
    parser.add_argument("--head-images", type=int, default=5000, help="images that the warm start's head is fitted to")
    parser.add_argument("--probe-bank", type=int, default=10_000)
    parser.add_argument("--probe-queries", type=int, default=2_000)
    parser.add_argument("--probe-minutes", type=float, default=10)
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--log-steps", type=int, default=50)
    options = parser.parse_args()
    if (options.extra_images is None) != (options.extra_teacher is None):
        parser.error("--extra-images and --extra-teacher go together")
    return options


def main() -> None:
    options = parse_options()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options, read_material(options))
    if options.resume:
        trainer.load(options.out / STATE_FILE)
    trainer.run()


if __name__ == "__main__":
    main()
