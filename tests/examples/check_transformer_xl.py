"""Facts about the example's network, for the runner's Python: prints them as JSON.

The folder of the network is on the path. ``recurrent`` is how far a text read in segments is from
the same text read at once, ``later`` how far a change behind a token reaches back, ``padded`` and
``forgetful`` what padding and a short memory change.
"""

from __future__ import annotations

import json
from dataclasses import replace

import torch
from network import Sizes, TransformerXL

SIZES = Sizes(vocabulary=20, width=16, heads=2, layers=3, segment=64, memory=64)


def far(first: torch.Tensor, second: torch.Tensor) -> float:
    return float((first - second).abs().max())


@torch.inference_mode()
def facts() -> dict[str, float]:
    torch.manual_seed(0)
    whole = TransformerXL(SIZES).eval()
    for name, values in whole.named_parameters():
        if name.endswith("_bias"):
            values.normal_()
    ids = torch.randint(1, 20, (3, 23))
    mask = torch.ones_like(ids)

    def said(given: torch.Tensor, **changes: int) -> torch.Tensor:
        model = TransformerXL(replace(SIZES, **changes)).eval()
        model.load_state_dict(whole.state_dict())
        return model(given, mask)

    at_once = said(ids)
    changed = ids.clone()
    changed[:, 12:] = 7
    padded = torch.nn.functional.pad(ids, (0, 9))
    return {
        "recurrent": max(far(said(ids, segment=size), at_once) for size in (1, 4, 5, 22)),
        "later": far(said(changed)[:, :12], at_once[:, :12]),
        "padded": far(said(padded, segment=4)[:, :23], said(ids, segment=4)),
        "forgetful": far(said(ids, segment=4, memory=2), at_once),
        "first": far(said(ids, segment=4, memory=2)[:, :4], at_once[:, :4]),
    }


if __name__ == "__main__":
    print(json.dumps(facts()))
