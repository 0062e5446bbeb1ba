"""Weighted nearest-neighbor accuracy (Wu et al. 2018, arXiv:1805.01978): what features are worth without training.

    python evaluation.py MODEL_DIR --cifar10 DIR [--bank 50000] [--queries 10000]
    python evaluation.py MODEL_DIR --cifar10 DIR --vectors FILE.npy

measures an exported model: its float16 weights, computed in float32. Labels are used here and nowhere else. The second
form writes the features of the first 8 test images instead: what any other implementation of the model has to give.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data import TEST_FILE, TRAIN_FILES, Images, LabeledImages, normalize, read_cifar10
from export import load_export
from model import NanoViT

CLASSES = 10
KNOWN_IMAGES = 8


@torch.no_grad()
def embed(network: NanoViT, pixels: Images, bfloat16: bool = False, batch: int = 100) -> Tensor:
    """CLS features (count, width) float32 of raw images, all patches seen. ``bfloat16``: quicker, for watching only."""
    network.eval()
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        parts = [network(normalize(pixels[at : at + batch])) for at in range(0, len(pixels), batch)]
    return torch.cat(parts).float()


def weighted_knn_accuracy(
    bank: Tensor, bank_labels: Tensor, queries: Tensor, labels: Tensor, k: int = 20, temperature: float = 0.07
) -> float:
    """Share of ``queries`` whose label wins the vote of their ``k`` nearest rows of ``bank`` by cosine, each vote
    weighing exp(cosine / temperature). Features (count, width), labels (count,) int64."""
    unit_bank = F.normalize(bank, dim=1).T
    right = 0
    for at in range(0, len(queries), 500):
        cosines, nearest = (F.normalize(queries[at : at + 500], dim=1) @ unit_bank).topk(k, 1)
        votes = torch.zeros(len(cosines), CLASSES).scatter_add_(1, bank_labels[nearest], (cosines / temperature).exp())
        right += int((votes.argmax(1) == labels[at : at + 500]).sum())
    return right / len(queries)


def network_accuracy(
    network: NanoViT, bank: LabeledImages, queries: LabeledImages, size: tuple[int, int], bfloat16: bool = False
) -> float:
    """Accuracy on the first ``size`` = (bank, queries) images of both."""
    in_bank, in_queries = size
    return weighted_knn_accuracy(
        embed(network, bank.pixels[:in_bank], bfloat16),
        bank.labels[:in_bank],
        embed(network, queries.pixels[:in_queries], bfloat16),
        queries.labels[:in_queries],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Weighted 20-NN accuracy (T = 0.07) of an exported model on CIFAR-10.")
    parser.add_argument("model", type=Path, help="folder with config.json and model.safetensors")
    parser.add_argument("--cifar10", type=Path, required=True, help="folder with the six .bin files")
    parser.add_argument("--bank", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="quicker and rougher, for a first look")
    parser.add_argument("--vectors", type=Path, help="write the features of the first 8 test images here; no measuring")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    started = time.monotonic()
    network = load_export(options.model)
    test = read_cifar10(options.cifar10, (TEST_FILE,))
    if options.vectors is not None:
        np.save(options.vectors, embed(network, test.pixels[:KNOWN_IMAGES]).numpy())
        return
    train = read_cifar10(options.cifar10, TRAIN_FILES)
    accuracy = network_accuracy(network, train, test, (options.bank, options.queries), options.bfloat16)
    figures = {"weighted20Nn": accuracy, "bank": min(options.bank, len(train.labels))}
    figures |= {"queries": min(options.queries, len(test.labels)), "seconds": round(time.monotonic() - started, 1)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
