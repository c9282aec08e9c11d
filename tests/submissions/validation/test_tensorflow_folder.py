"""A SavedModel passes as it was saved, a Keras file by its one name; no two models in a folder."""

from __future__ import annotations

import pytest

from submissions.validation.errors import SubmissionRefused
from submissions.validation.formats import recognise

INDEX = "variables/variables.index"
DATA = "variables/variables.data-00000-of-00001"
SAVED = ["saved_model.pb", INDEX, DATA]
KERAS = ["model.keras"]
NOTES = ["podium.json", "labels.json", "tokenizer.json", "README.md"]


def refusal(paths: list[str], *, allowed: str = "tensorflow") -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        recognise(paths, task_slugs=["reviews"], allowed_formats=[allowed])
    return caught.value


@pytest.mark.parametrize(
    "paths",
    [
        [*SAVED, "fingerprint.pb", "keras_metadata.pb", "assets/vocab.txt", *NOTES],
        ["saved_model.pb", "preprocessor_config.json"],
        [*KERAS, *NOTES],
        [f"tasks/reviews/{name}" for name in (*SAVED, "podium.json")],
    ],
)
def test_what_the_libraries_write_passes(paths: list[str]) -> None:
    (folder,) = recognise(paths, task_slugs=["reviews"], allowed_formats=["tensorflow"])
    assert folder.format == "tensorflow"


@pytest.mark.parametrize(
    ("paths", "code", "said"),
    [
        ([*SAVED, *KERAS], "mixed_formats", "model.keras, which is no part of the SavedModel"),
        ([*SAVED, "frozen.pb"], "mixed_formats", "frozen.pb, which is no part"),
        ([*SAVED, "assets/other.keras"], "mixed_formats", "assets/other.keras"),
        ([*KERAS, INDEX, DATA], "mixed_formats", "no part of model.keras"),
        ([*KERAS, "model.safetensors"], "mixed_formats", "of another format"),
        (["best.keras"], "missing_weights", "there is best.keras. Rename"),
        ([*KERAS, "old.keras"], "missing_weights", "there is model.keras, old.keras"),
        (["saved_model.pb", INDEX], "missing_weights", f"{INDEX} without {DATA}"),
        (["saved_model.pb", DATA], "missing_weights", f"{DATA} without {INDEX}"),
        (SAVED, "missing_tokenizer", "nothing that says how rows become numbers"),
        ([*KERAS, "vocab.txt"], "missing_tokenizer", "for texts tokenizer.json"),
        (["model.h5"], "foreign_weights", "can name other files of the machine"),
        ([*KERAS, "model.h5"], "foreign_weights", ".save('model.keras')"),
        ([*SAVED, "variables/variables.data-00001-of-00002"], "file_type", "lie in one part"),
        ([*KERAS, "layers.py"], "custom_code", "Remove the file"),
        ([*SAVED, "weights.pkl"], "pickle_weights", "loading a pickle runs code"),
    ],
)
def test_what_is_no_single_model_is_refused_with_its_reason(
    paths: list[str], code: str, said: str
) -> None:
    problem = refusal(paths)
    assert problem.code == code
    assert said in problem.message


def test_where_the_format_is_not_allowed_its_files_are_named() -> None:
    problem = refusal(KERAS, allowed="transformers")
    assert (problem.code, "model.keras" in problem.message) == ("format_not_allowed", True)


def test_an_old_keras_file_is_refused_where_only_other_formats_are_taken() -> None:
    assert "tf2onnx" in refusal(["model.h5"], allowed="transformers").message
