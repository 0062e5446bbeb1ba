"""Training material: CIFAR-10 (Krizhevsky 2009) in its binary layout, the teacher's features, and augmentation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SIDE = 32
RECORD_BYTES = 1 + 3 * SIDE * SIDE
TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILE = "test_batch.bin"

# ImageNet's statistics, as the preprocessor configuration states them.
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class LabeledImages:
    """``pixels`` (count, 3, 32, 32) uint8; ``labels`` (count,) int64, used for measuring only."""

    pixels: Images
    labels: Tensor


def read_cifar10(folder: Path, files: tuple[str, ...]) -> LabeledImages:
    """Reads ``.bin`` files one after another. ValueError when one is not a whole number of 3,073-byte records."""
    parts = []
    for name in files:
        content = np.fromfile(folder / name, np.uint8)
        if len(content) == 0 or len(content) % RECORD_BYTES:
            raise ValueError(f"{folder / name}: {len(content)} bytes; expected records of {RECORD_BYTES} bytes")
        parts.append(content.reshape(-1, RECORD_BYTES))
    records = np.concatenate(parts)
    pixels = np.ascontiguousarray(records[:, 1:]).reshape(-1, 3, SIDE, SIDE)
    return LabeledImages(pixels, torch.from_numpy(records[:, 0].astype(np.int64)))


def read_extra_images(file: Path) -> Images:
    """Unlabeled images from an ``.npy`` of (count, 32, 32, 3) uint8, channels first in the result."""
    images = np.load(file)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (SIDE, SIDE, 3):
        found = f"{images.dtype} of shape {images.shape}"
        raise ValueError(f"{file}: {found}; expected uint8 of (count, {SIDE}, {SIDE}, 3)")
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def read_features(file: Path, count: int) -> Tensor:
    """The teacher's features (count, width) as float32. ValueError when there is not one row an image."""
    features = np.load(file)
    if features.ndim != 2 or len(features) != count:
        raise ValueError(f"{file}: shape {features.shape}; expected one row for each of {count} images")
    return torch.from_numpy(features.astype(np.float32))


def normalize(pixels: Images) -> Tensor:
    return (torch.from_numpy(np.ascontiguousarray(pixels)).float() / 255 - MEAN) / STD


def augment(pixels: Images, rng: np.random.Generator, shift: int = 3) -> Images:
    """Moves every image by up to ``shift`` pixels, with its border reflected, and mirrors half of them."""
    count = len(pixels)
    padded = np.pad(pixels, ((0, 0), (0, 0), (shift, shift), (shift, shift)), mode="reflect")
    along = np.arange(SIDE)
    rows = rng.integers(0, 2 * shift + 1, (count, 1)) + along
    columns = rng.integers(0, 2 * shift + 1, (count, 1)) + along
    mirrored = rng.random(count) < 0.5
    columns[mirrored] = columns[mirrored, ::-1]
    image = np.arange(count)[:, None, None]
    return padded[image, :, rows[:, :, None], columns[:, None, :]].transpose(0, 3, 1, 2)


class EpochSampler:
    """Batches of indices without replacement, reshuffled when less than a batch is left."""

    def __init__(self, count: int, batch: int, rng: np.random.Generator) -> None:
        if batch > count:
            raise ValueError(f"a batch of {batch} from {count} images")
        self.count, self.batch, self.rng = count, batch, rng
        self.order: NDArray[np.int64] = np.empty(0, np.int64)

    def next(self) -> NDArray[np.int64]:
        if len(self.order) < self.batch:
            self.order = self.rng.permutation(self.count)
        indices, self.order = self.order[: self.batch], self.order[self.batch :]
        return indices
