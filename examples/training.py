"""The loop that the example scripts train with: warm-up, decay, a tenth held out, a time limit."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

import torch
from shared import say

HELD_OUT = 0.1
WARM_UP = 0.1
REPORT_SECONDS = 5.0

Example = TypeVar("Example")
Batches = Callable[[Sequence[Example], random.Random], list[list[Example]]]
"""Cuts examples into batches, in a random order."""


def add_arguments(
    parser: argparse.ArgumentParser, *, minutes: float, epochs: int, learning_rate: float
) -> None:
    """What every script that trains takes."""
    parser.add_argument("--minutes", type=float, default=minutes, help="for training at most")
    parser.add_argument("--epochs", type=int, default=epochs, help="at most")
    parser.add_argument("--learning-rate", type=float, default=learning_rate, help="at its highest")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (2)")
    parser.add_argument("--seed", type=int, default=0, help="of all randomness (0)")


def prepare(arguments: argparse.Namespace) -> None:
    """Threads and seed."""
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)


class Fit(Generic[Example]):
    """Fits a model to examples; the weights of the best epoch on the held-out tenth stay.

    ``loss_of`` gives a batch's mean loss, ``quality_of`` (if any) what a reader understands.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        *,
        batches: Batches[Example],
        loss_of: Callable[[list[Example]], torch.Tensor],
        quality_of: Callable[[list[Example]], tuple[str, float]] | None = None,
    ) -> None:
        self._model = model
        self._batches = batches
        self._loss_of = loss_of
        self._quality_of = quality_of
        self._steps = 0

    def run(self, examples: Sequence[Example], arguments: argparse.Namespace) -> str:
        """Train until the epochs or the minutes are over; says how long it took."""
        rng = random.Random(arguments.seed)
        shuffled = rng.sample(list(examples), len(examples))
        apart = max(1, round(len(shuffled) * HELD_OUT))
        held_out, learned = shuffled[:apart], shuffled[apart:]
        say(f"{len(learned):,} rows to train on, {apart:,} held out")
        started = time.monotonic()
        self._epochs(learned, held_out, arguments, rng)
        seconds = time.monotonic() - started
        return f"{self._steps} steps in {seconds:.0f} seconds"

    def _epochs(
        self,
        learned: list[Example],
        held_out: list[Example],
        arguments: argparse.Namespace,
        rng: random.Random,
    ) -> None:
        optimizer = torch.optim.AdamW(self._model.parameters(), lr=arguments.learning_rate)
        planned = arguments.epochs * len(self._batches(learned, rng))
        started = time.monotonic()

        def share() -> float:
            elapsed = time.monotonic() - started
            return max(self._steps / planned, elapsed / (arguments.minutes * 60))

        best, kept = float("inf"), {}
        for epoch in range(1, arguments.epochs + 1):
            for line in self._epoch(optimizer, learned, arguments.learning_rate, share, rng):
                say(f"epoch {epoch}  {line}")
            loss, words = self._held_out(held_out)
            say(f"epoch {epoch}  held-out loss {loss:.4f}{words}")
            if loss < best:
                best = loss
                kept = {name: value.clone() for name, value in self._model.state_dict().items()}
            if share() >= 1.0:
                break
        self._model.load_state_dict(kept)
        self._model.eval()

    def _epoch(
        self,
        optimizer: torch.optim.Optimizer,
        learned: list[Example],
        learning_rate: float,
        share: Callable[[], float],
        rng: random.Random,
    ) -> Iterator[str]:
        """One epoch; yields a line every few seconds."""
        reported = time.monotonic()
        self._model.train()
        for batch in self._batches(learned, rng):
            done = share()
            if done >= 1.0:
                return
            rate = done / WARM_UP if done < WARM_UP else (1.0 - done) / (1.0 - WARM_UP)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * max(rate, 0.01)
            loss = self._loss_of(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
            optimizer.step()
            self._steps += 1
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                yield f"{done:4.0%}  step {self._steps}  loss {loss.item():.4f}"

    def _held_out(self, examples: list[Example]) -> tuple[float, str]:
        """Mean loss, and the quality in words."""
        self._model.eval()
        loss = quality = 0.0
        name = ""
        with torch.inference_mode():
            for batch in self._batches(examples, random.Random(0)):
                loss += self._loss_of(batch).item() * len(batch)
                if self._quality_of is not None:
                    name, value = self._quality_of(batch)
                    quality += value * len(batch)
        words = f"  {name} {quality / len(examples):.3f}" if name else ""
        return loss / len(examples), words


def by_count(size: int) -> Batches[Example]:
    """Batches of ``size`` examples."""

    def cut(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
        order = rng.sample(list(examples), len(examples))
        return [order[start : start + size] for start in range(0, len(order), size)]

    return cut


def by_length(length_of: Callable[[Example], int], *, tokens: int) -> Batches[Example]:
    """Batches of similar lengths, of ``tokens`` with padding at most; equals in a new order."""

    def cut(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
        order = sorted(examples, key=lambda one: (length_of(one) // 4, rng.random()), reverse=True)
        found: list[list[Example]] = []
        for one in order:
            longest = max(map(length_of, [*found[-1], one])) if found else 0
            if not found or longest * (len(found[-1]) + 1) > tokens:
                found.append([])
            found[-1].append(one)
        rng.shuffle(found)
        return found

    return cut
