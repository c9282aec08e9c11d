"""Integrated gradients (Sundararajan et al., 2017) by captum: how much each part of an input moved
the output that won, on the way from an empty input to this one."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerIntegratedGradients

from .base import Array

STEPS = 16
_CELLS = 16


def token_scores(
    logits: Callable[..., Any],
    layers: Sequence[Any],
    ids: Any,
    baseline: Any,
    extra: tuple[Any, ...],
) -> tuple[int, Array]:
    """The winning output and one number for each token, scaled so that the largest is 1.

    ``logits(ids, *extra)`` gives (1, outputs); ``baseline`` are ids of the same shape that mean
    nothing. ``layers`` embed the ids, the second of them one place later, behind the token that a
    decoder begins with; what a token does in both is added up.
    """
    target = _winner(logits(ids, *extra))
    method = LayerIntegratedGradients(logits, list(layers))
    found = method.attribute(
        ids,
        baselines=baseline,
        target=target,
        additional_forward_args=extra,
        n_steps=STEPS,
        internal_batch_size=4,
    )
    own, *shifted = (each.sum(dim=-1)[0].detach() for each in found)
    for each in shifted:
        own[:-1] += each[1:]
    return target, _scaled(own.cpu().numpy())


def vector_scores(
    logits: Callable[..., Any], vectors: Any, baseline: Any, extra: tuple[Any, ...]
) -> tuple[int, Array]:
    """As ``token_scores``, of a model that takes the embedded tokens (1, tokens, width)."""
    target = _winner(logits(vectors, *extra))
    found = IntegratedGradients(logits).attribute(
        vectors,
        baselines=baseline,
        target=target,
        additional_forward_args=extra,
        n_steps=STEPS,
        internal_batch_size=4,
    )
    return target, _scaled(found.sum(dim=-1)[0].detach().cpu().numpy())


def pixel_scores(logits: Callable[..., Any], pixels: Any) -> tuple[int, Array]:
    """The winning output and one number for each cell of a coarse grid over an image.

    ``pixels`` (1, channels, height, width); the empty image is one of zeros.
    """
    target = _winner(logits(pixels))
    method = IntegratedGradients(logits)
    found = method.attribute(pixels, target=target, n_steps=STEPS, internal_batch_size=2)
    return target, _scaled(_cells(found.sum(dim=1)[0].detach().cpu().numpy()))


def _winner(logits: Any) -> int:
    return int(logits[0].argmax()) if logits.shape[1] > 1 else 0


def _cells(scores: Any) -> Any:
    """Means over at most ``_CELLS`` × ``_CELLS`` blocks of nearly equal size."""
    rows = np.array_split(scores, min(_CELLS, scores.shape[0]), axis=0)
    blocks = [np.array_split(row, min(_CELLS, row.shape[1]), axis=1) for row in rows]
    return np.array([[block.mean() for block in row] for row in blocks])


def _scaled(scores: Any) -> Array:
    finite = np.nan_to_num(np.asarray(scores, dtype=np.float32))
    largest = float(np.abs(finite).max(initial=0))
    return finite / largest if largest > 0 else finite


def prepare(network: Any) -> None:
    """Gradients flow to the input alone."""
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    torch.set_grad_enabled(True)
