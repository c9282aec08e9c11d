"""A folder of the format ``tensorflow``: a SavedModel as it was saved, or one Keras file.

Nothing of it is opened here: a SavedModel is a program, and a Keras file builds one.
"""

from __future__ import annotations

from submissions.validation.errors import SubmissionRefused
from submissions.validation.suffixes import suffix_of
from submissions.validation.text import shown

SAVED_MODEL = "saved_model.pb"
KERAS = "model.keras"
_SHARD = ".data-00000-of-00001"
_INDEX, _DATA = "variables/variables.index", f"variables/variables{_SHARD}"
_SAVED = frozenset({SAVED_MODEL, "fingerprint.pb", "keras_metadata.pb", _INDEX, _DATA})
_PARTS = frozenset({".pb", ".index", _SHARD, ".keras"})
_ASSETS = "assets/"


def check_tensorflow(names: frozenset[str], place: str) -> None:
    """Refuse a folder that is not one model, with the file and what to do.

    Raises:
        SubmissionRefused: ``mixed_formats`` or ``missing_weights``.
    """
    if SAVED_MODEL not in names:
        _check_keras_name(names, place)
    kept = _SAVED if SAVED_MODEL in names else frozenset({KERAS})
    read = "the SavedModel" if SAVED_MODEL in names else KERAS
    for name in sorted(names - kept):
        if suffix_of(name) in _PARTS and not _is_asset(name, kept):
            raise SubmissionRefused(
                "mixed_formats",
                f"In {place} lies {shown(name)}, which is no part of {read}. Keep the files of one "
                "model: saved_model.pb with variables/ and assets/, or model.keras.",
                field=shown(name),
            )
    half = {_INDEX, _DATA} & names
    if len(half) == 1:
        absent = ({_INDEX, _DATA} - half).pop()
        raise SubmissionRefused(
            "missing_weights",
            f"In {place} lies {half.pop()} without {absent}. Upload the whole folder as "
            "tf.saved_model.save or model.export wrote it.",
        )


def _check_keras_name(names: frozenset[str], place: str) -> None:
    found = sorted(name for name in names if suffix_of(name) == ".keras")
    if found != [KERAS]:
        raise SubmissionRefused(
            "missing_weights",
            f"In {place} must lie one Keras file, {KERAS}; there is "
            f"{', '.join(map(shown, found[:5]))}. Rename the one that counts, remove the others.",
        )


def _is_asset(name: str, kept: frozenset[str]) -> bool:
    """Whether a SavedModel's own program reads it, by whatever name."""
    return name.startswith(_ASSETS) and SAVED_MODEL in kept and suffix_of(name) != ".keras"
