from __future__ import annotations

import pytest

from submissions.validation.errors import SubmissionRefused
from submissions.validation.folder_format import ModelFolder
from submissions.validation.formats import recognise

TASKS = ["movies", "tweets"]
BERT = ["config.json", "model.safetensors", "tokenizer.json"]
STATIC = ["model.onnx", "tokenizer.json"]


def _recognise(*paths: str) -> dict[str, str]:
    folders = recognise(paths, task_slugs=TASKS, allowed_formats=["transformers", "onnx"])
    return {folder.task: folder.format for folder in folders}


def _refusal(*paths: str) -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        _recognise(*paths)
    return caught.value


def _in(folder: str, paths: list[str]) -> list[str]:
    return [f"{folder}/{path}" for path in paths]


def test_the_root_serves_every_task() -> None:
    assert _recognise(*BERT) == {"": "transformers"}
    assert _recognise(*STATIC, "submission.yaml", "1_Pooling/config.json") == {"": "onnx"}


def test_task_folders_replace_the_root() -> None:
    found = _recognise(*BERT, *_in("tasks/movies", BERT))
    assert found == {"": "transformers", "movies": "transformers"}


def test_task_folders_alone_must_serve_every_task() -> None:
    both = _in("tasks/movies", BERT) + _in("tasks/tweets", BERT)
    assert _recognise(*both, "README.md", "submission.yaml") == {
        "movies": "transformers",
        "tweets": "transformers",
    }
    problem = _refusal(*_in("tasks/movies", BERT))
    assert problem.code == "missing_model"
    assert "tweets" in problem.message


def test_names_are_relative_to_their_folder() -> None:
    (folder,) = recognise(
        _in("tasks/movies", BERT), task_slugs=["movies"], allowed_formats=["transformers"]
    )
    assert folder == ModelFolder(task="movies", format="transformers", names=frozenset(BERT))
    assert folder.prefix == "tasks/movies/"


@pytest.mark.parametrize("tokenizer", ["vocab.txt", "spiece.model", "vocab.json"])
def test_other_tokenizers_do(tokenizer: str) -> None:
    assert _recognise("config.json", "model.safetensors", tokenizer)


@pytest.mark.parametrize(
    "paths",
    [
        ("config.json", "model.safetensors", "preprocessor_config.json"),
        ("model.onnx", "preprocessor_config.json"),
        ("model.onnx", "podium.json"),
    ],
)
def test_a_model_of_images_or_tables_needs_no_tokenizer(paths: tuple[str, ...]) -> None:
    assert _recognise(*paths)


def test_only_a_graph_declares_its_tables() -> None:
    assert _refusal("config.json", "model.safetensors", "podium.json").code == "missing_tokenizer"


def test_sharded_weights_need_their_index() -> None:
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    rest = ["config.json", "tokenizer.json"]
    assert _recognise(*shards, *rest, "model.safetensors.index.json")
    assert _refusal(*shards, *rest).code == "missing_weights"


@pytest.mark.parametrize(
    ("paths", "code", "part"),
    [
        ([], "missing_model", "movies, tweets"),
        (["submission.yaml"], "missing_model", "movies"),
        (["README.md"], "no_model", "config.json"),
        (["config.json", "tokenizer.json"], "missing_weights", "save_pretrained"),
        (["model.safetensors", "tokenizer.json"], "missing_config", "save_pretrained"),
        (["config.json", "model.safetensors"], "missing_tokenizer", "tokenizer.save_pretrained"),
        (["model.onnx"], "missing_tokenizer", "for texts tokenizer.json ("),
        (["model.onnx", "vocab.txt"], "missing_tokenizer", "for texts tokenizer.json ("),
        (["m.onnx", "tokenizer.json"], "missing_weights", "model.onnx"),
        ([*STATIC, "model_quantized.onnx"], "missing_weights", "model_quantized.onnx"),
        ([*BERT, "model.onnx"], "mixed_formats", "one format"),
        ([*BERT, "onnx/model.onnx"], "mixed_formats", "onnx/model.onnx"),
        ([*BERT, "model.safetensors.index.json"], "mixed_formats", "Keep one"),
        ([*BERT, *_in("tasks/movies", STATIC)], "mixed_formats", "onnx, transformers"),
        ([*BERT, "adapter_config.json"], "adapter", "merge_and_unload"),
        ([*BERT, "modeling_mine.py"], "custom_code", "modeling_mine.py"),
        ([*BERT, "pytorch_model.bin"], "pickle_weights", "pytorch_model.bin"),
        (["config.json", "pytorch_model.bin"], "pickle_weights", "save_file"),
        (["config.json", "tf_model.h5"], "foreign_weights", "tf2onnx"),
        ([*BERT, *_in("tasks/other", BERT)], "unknown_task", "movies, tweets"),
        ([*BERT, "tasks/movies.json"], "unknown_task", "movies.json"),
        ([*BERT, "tasks/movies"], "unknown_task", "movies"),
        ([*BERT, *_in("Tasks/movies", BERT)], "unknown_folder", "“tasks”"),
        ([*BERT, *_in("task/movies", BERT)], "unknown_folder", "“tasks”"),
        ([*BERT, "submission.yml"], "unknown_file", "submission.yaml"),
        ([*BERT, "Submission.yaml"], "unknown_file", "submission.yaml"),
        ([*BERT, "tasks/movies/config.json"], "missing_weights", "tasks/movies"),
        (_in("bert", BERT), "no_model", "root"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(paths: list[str], code: str, part: str) -> None:
    problem = _refusal(*paths)
    assert problem.code == code
    assert part in problem.message


def test_problems_of_several_folders_are_told_at_once() -> None:
    paths = [*BERT, "a.py", *_in("tasks/movies", ["config.json", "model.safetensors"])]
    message = _refusal(*paths).message
    assert "2 problems" in message
    assert "tasks/movies" in message


CODE = {
    "torch": ["model.pt2", "tokenizer.json"],
    "tensorflow": ["saved_model.pb", "podium.json"],
    "python": ["predict.py", "model.safetensors", "weights.pt"],
}


@pytest.mark.parametrize(("name", "paths"), CODE.items())
def test_formats_with_code_pass_only_where_they_are_permitted(name: str, paths: list[str]) -> None:
    (folder,) = recognise(paths, task_slugs=TASKS, allowed_formats=["transformers", name])
    assert folder.format == name
    problem = _refusal(paths[0])
    assert problem.code == "format_not_allowed"
    assert "code of its own" in problem.message
    assert "accepts: transformers" in problem.message


TORCH = [
    (["model.pt", "tokenizer.json", "labels.json", "README.md"], ""),
    (["hubconf.py", "parts.py", "a.pth", "model.pt", "b.safetensors", "tokenizer.json"], ""),
    (["model.pt", "preprocessor_config.json"], ""),
    (["model.pt2", "podium.json"], ""),
    (["model.pt"], "missing_tokenizer"),
    (["hubconf.py", "vocab.txt"], "missing_tokenizer"),
    (["model.pt", "model.pt2", "tokenizer.json"], "mixed_formats"),
    (["model.pt", "helper.py", "tokenizer.json"], "mixed_formats"),
    (["model.pt2", "model.pth", "tokenizer.json"], "mixed_formats"),
    (["hubconf.py", "lib.so", "tokenizer.json"], "custom_code"),
]


@pytest.mark.parametrize(("paths", "code"), TORCH)
def test_a_module_of_torch_is_one_file_or_a_hub_entry_with_its_own(
    paths: list[str], code: str
) -> None:
    found = ""
    try:
        recognise(paths, task_slugs=TASKS, allowed_formats=["torch"])
    except SubmissionRefused as refusal:
        found = refusal.code
        if code in {"mixed_formats", "custom_code"}:
            assert paths[1] in refusal.message
    assert found == code


def test_code_may_bring_weights_of_any_kind_but_nothing_compiled() -> None:
    paths = ["predict.py", "w.bin", "w.pkl", "w.npz", "parts/a.py", "m.onnx", "LICENSE"]
    (folder,) = recognise(paths, task_slugs=TASKS, allowed_formats=["python"])
    assert folder.format == "python"
    for name in ("fast.so", "old.pyc", "run.sh"):
        with pytest.raises(SubmissionRefused) as caught:
            recognise([*paths, name], task_slugs=TASKS, allowed_formats=["python"])
        assert caught.value.code == "custom_code"
        assert name in caught.value.message
        assert "(.py) only" in caught.value.message


def test_a_checkpoint_of_tensorflow_is_told_to_be_none() -> None:
    paths = ["ckpt-1.index", "ckpt-1.data-00000-of-00001", "checkpoint", "podium.json"]
    with pytest.raises(SubmissionRefused, match="A checkpoint of TensorFlow holds no program"):
        recognise(paths, task_slugs=TASKS, allowed_formats=["tensorflow"])


def test_what_is_expected_follows_what_is_allowed() -> None:
    with pytest.raises(SubmissionRefused) as caught:
        recognise(["README.md"], task_slugs=TASKS, allowed_formats=["python"])
    assert caught.value.message.endswith("Expected are predict.py.")


def test_a_platform_format_must_be_allowed_too() -> None:
    with pytest.raises(SubmissionRefused) as caught:
        recognise(STATIC, task_slugs=TASKS, allowed_formats=["transformers"])
    assert caught.value.code == "format_not_allowed"
    assert "accepts: transformers" in caught.value.message


def test_stray_code_beside_a_model_is_no_python_format() -> None:
    assert _refusal(*BERT, "predict.py").code == "custom_code"
