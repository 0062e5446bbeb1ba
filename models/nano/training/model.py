"""The student: a small vision transformer with DINOv3's layout (Siméoni et al. 2025, arXiv:2508.10104).

CLS and register tokens, axial rotary position embedding on the patch tokens, LayerScale, keys without bias. Modules
carry the names of Hugging Face's ``DINOv3ViTModel``, so that a state dict *is* the published layout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class NanoConfig:
    """Shape of the student; the defaults are those of the model that ships."""

    hidden_size: int = 192
    layers: int = 6
    heads: int = 3
    patch_size: int = 4
    image_size: int = 32
    registers: int = 4
    mlp_ratio: int = 4
    rope_theta: float = 100.0
    norm_eps: float = 1e-5

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.heads

    @property
    def grid(self) -> int:
        """Patches along a side."""
        return self.image_size // self.patch_size

    @property
    def patches(self) -> int:
        return self.grid**2

    def __post_init__(self) -> None:
        if self.hidden_size % self.heads or self.head_size % 4:
            raise ValueError(
                f"hidden_size {self.hidden_size} over {self.heads} heads: a head must be a whole multiple of 4 wide, "
                "two axes times sine and cosine"
            )
        if self.image_size % self.patch_size:
            raise ValueError(f"image_size {self.image_size} is no multiple of patch_size {self.patch_size}")


def axial_rope(config: NanoConfig) -> tuple[Tensor, Tensor]:
    """Cosines and sines of DINOv3's axial RoPE, both (patches, head_size).

    Patch centers lie in [-1, 1] on both axes, whatever the resolution; a quarter of the head's width holds the
    frequencies of one axis, theta^(-4j/head_size), and the halves of the head share them.
    """
    frequencies = config.rope_theta ** -torch.arange(0, 1, 4 / config.head_size)
    centers = (torch.arange(config.grid) + 0.5) / config.grid * 2 - 1
    positions = torch.stack(torch.meshgrid(centers, centers, indexing="ij"), -1).flatten(0, 1)
    angles = (2 * math.pi * positions[:, :, None] * frequencies).flatten(1).tile(2)
    return angles.cos(), angles.sin()


def rotate_patches(tokens: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotates the patch tokens of (batch, heads, tokens, head_size); CLS and registers, in front, have no place."""
    prefix = tokens.shape[2] - cos.shape[0]
    still, moving = tokens[:, :, :prefix], tokens[:, :, prefix:]
    first, second = moving.chunk(2, -1)
    return torch.cat([still, moving * cos + torch.cat([-second, first], -1) * sin], 2)


class Attention(nn.Module):
    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        q, k, v = (
            project(x).view(batch, tokens, self.heads, -1).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = rotate_patches(q, cos, sin).to(v.dtype), rotate_patches(k, cos, sin).to(v.dtype)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.up_proj = nn.Linear(config.hidden_size, config.mlp_ratio * config.hidden_size)
        self.down_proj = nn.Linear(config.mlp_ratio * config.hidden_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.gelu(self.up_proj(x)))


class LayerScale(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.lambda1 = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.lambda1


class Layer(nn.Module):
    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.hidden_size, eps=config.norm_eps)
        self.attention = Attention(config)
        self.layer_scale1 = LayerScale(config.hidden_size)
        self.norm2 = nn.LayerNorm(config.hidden_size, eps=config.norm_eps)
        self.mlp = Mlp(config)
        self.layer_scale2 = LayerScale(config.hidden_size)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.layer_scale1(self.attention(self.norm1(x), cos, sin))
        return x + self.layer_scale2(self.mlp(self.norm2(x)))


class Embeddings(nn.Module):
    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.cls_token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.register_tokens = nn.Parameter(torch.randn(1, config.registers, width) * 0.02)
        # Part of the published layout; nothing is masked here, so it stays zero.
        self.mask_token = nn.Parameter(torch.zeros(1, 1, width), requires_grad=False)
        self.patch_embeddings = nn.Conv2d(3, width, config.patch_size, config.patch_size)

    def forward(self, pixels: Tensor, keep: Tensor | None) -> Tensor:
        patches = self.patch_embeddings(pixels).flatten(2).transpose(1, 2)
        if keep is not None:
            patches = patches[:, keep]
        batch = len(pixels)
        cls, registers = self.cls_token.expand(batch, -1, -1), self.register_tokens.expand(batch, -1, -1)
        return torch.cat([cls, registers, patches], 1)


class NanoViT(nn.Module):
    """Normalized pixels (batch, 3, 32, 32) to CLS features after the final norm (batch, hidden_size)."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.layer = nn.ModuleList([Layer(config) for _ in range(config.layers)])
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.norm_eps)
        cos, sin = axial_rope(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply_initial_weights()

    def forward(self, pixels: Tensor, keep: Tensor | None = None) -> Tensor:
        """``keep``: indices of the patches to look at, the same for the whole batch; the others are dropped unseen."""
        x = self.embeddings(pixels, keep)
        cos, sin = (self.cos, self.sin) if keep is None else (self.cos[keep], self.sin[keep])
        for layer in self.layer:
            x = layer(x, cos, sin)
        return self.norm(x[:, 0])

    @torch.no_grad()
    def apply_initial_weights(self) -> None:
        """Attention starts out looking at similar tokens, and its output near minus its value ("mimetic
        initialization", Trockman & Kolter 2023, arXiv:2305.09828): a small network learns much sooner so."""
        for layer in self.layer:
            attention, mlp = layer.attention, layer.mlp
            for name, linear in [*attention.named_children(), *mlp.named_children()]:
                narrow = 0.5 * self.config.hidden_size**-0.5
                nn.init.trunc_normal_(linear.weight, std=0.02 if name in ("up_proj", "down_proj") else narrow)
                if linear.bias is not None:
                    nn.init.zeros_(linear.bias)
            attention.k_proj.weight.copy_(0.7 * attention.q_proj.weight + 0.3 * attention.k_proj.weight)
            attention.o_proj.weight.copy_(-0.4 * attention.v_proj.weight.t() + 0.1 * attention.o_proj.weight)
