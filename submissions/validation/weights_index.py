"""``model.safetensors.index.json``: which shard holds which tensor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from submissions.validation.bounded_json import read_json
from submissions.validation.errors import SubmissionRefused
from submissions.validation.text import shown

INDEX_NAME = "model.safetensors.index.json"
_MAX_BYTES = 8 << 20


def check_weights_index(file: BinaryIO, *, path: str, shards: Mapping[str, frozenset[str]]) -> None:
    """Check that the index names only shards beside it, and each tensor where it really is.

    ``shards`` maps the names of the safetensors files beside the index to their tensors.

    Raises:
        SubmissionRefused: ``bad_weights_index`` or ``bad_json``.
    """
    index = read_json(file, path=path, max_bytes=_MAX_BYTES, max_depth=4)
    weights = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(weights, dict) or not weights:
        raise _bad(path, "has no weight_map")
    for tensor, shard in weights.items():
        if not isinstance(shard, str) or shard not in shards:
            raise _bad(path, f"names the file {shown(str(shard))}, which is not beside it")
        if tensor not in shards[shard]:
            raise _bad(path, f"places {shown(tensor)} in {shown(shard)}, which does not hold it")
    unused = sorted(set(shards) - set(weights.values()))
    if unused:
        raise _bad(path, f"does not name {shown(unused[0])}; remove that file or save again")


def _bad(path: str, reason: str) -> SubmissionRefused:
    return SubmissionRefused("bad_weights_index", f"{shown(path)} {reason}.", field=shown(path))
