"""The networks of the engine's benchmark as a good user writes them: a module, for one run."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn


class Decoder(nn.Module):
    """E[i] + E[j] into a tanh perceptron."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10, 1)
        self.decoder = nn.Sequential(
            nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 30)
        )

    def forward(self, pairs: Tensor) -> Tensor:
        return self.decoder(self.embedding(pairs).sum(-2))


class TokenPerceptron(nn.Module):
    """Embed two tokens, concatenate, two hidden layers."""

    def __init__(self, vocabulary: int, width: int, embedding: int, outputs: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.layers = nn.Sequential(
            nn.Linear(2 * embedding, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, outputs)
        )

    def forward(self, pairs: Tensor) -> Tensor:
        return self.layers(self.embedding(pairs).flatten(-2))


class TokenTransformer(nn.Module):
    """One block, read off at an extra token."""

    def __init__(self, modulus: int, width: int, heads: int) -> None:
        super().__init__()
        self.tokens, self.positions = (
            nn.Embedding(modulus + 1, width),
            nn.Parameter(torch.randn(3, width) * width**-0.5),
        )
        self.query, self.key, self.value, self.mixed = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.perceptron = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))
        self.readout, self.heads, self.modulus = nn.Linear(width, modulus, bias=False), heads, modulus

    def forward(self, pairs: Tensor) -> Tensor:
        tokens = torch.cat([pairs, torch.full_like(pairs[:, :1], self.modulus)], 1)
        stream = self.tokens(tokens) + self.positions
        query, key, value = (
            part(stream).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        attended = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        stream = stream + self.mixed(attended.transpose(1, 2).flatten(-2))
        stream = stream + self.perceptron(stream)
        return self.readout(stream[:, -1])


class LeakyRecurrent(nn.Module):
    """h ← h/2 + tanh(W_in x + W h)/2, read at every position."""

    def __init__(self, features: int, width: int, outputs: int) -> None:
        super().__init__()
        self.input = nn.Linear(features, width, bias=False)
        self.recurrent = nn.Linear(width, width, bias=False)
        self.readout = nn.Linear(width, outputs, bias=False)

    def forward(self, sequences: Tensor) -> Tensor:
        driven = self.input(sequences)
        state, states = torch.zeros_like(driven[:, 0]), []
        for position in range(driven.shape[1]):
            state = 0.5 * state + 0.5 * torch.tanh(driven[:, position] + self.recurrent(state))
            states.append(state)
        return self.readout(torch.stack(states, dim=1))


class DeepLinear(nn.Module):
    """A product of matrices."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        pairs = itertools.pairwise(sizes)
        self.layers = nn.Sequential(*(nn.Linear(inputs, outputs, bias=False) for inputs, outputs in pairs))

    def forward(self, vectors: Tensor) -> Tensor:
        return self.layers(vectors)
