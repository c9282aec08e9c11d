"""Types of files: which a format may hold, and for the others why not and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from submissions.validation.errors import SubmissionRefused
from submissions.validation.text import shown

_COMMON = frozenset({"", ".json", ".txt", ".md", ".yaml", ".yml", ".jinja"})
_TOKENIZERS = frozenset({".model", ".spm", ".vocab", ".bpe", ".codes", ".tiktoken"})
# Code of a participant may read its own data and weights in any way: it runs in the sandbox only.
_CODE = frozenset(
    {".py", ".csv", ".tsv", ".npy", ".npz", ".pkl", ".pickle", ".bin", ".ckpt", ".safetensors"}
)
_TORCH = frozenset({".pt", ".pt2", ".pth"})
_BY_FORMAT = {
    "transformers": _TOKENIZERS | {".safetensors"},
    "onnx": _TOKENIZERS | {".onnx"},
    "torch": _TOKENIZERS | _CODE | _TORCH,
    "tensorflow": _TOKENIZERS | {".pb", ".keras", ".index", ".data-00000-of-00001"},
    "python": _TOKENIZERS | _CODE | _TORCH | {".onnx"},
}
FORMATS = tuple(_BY_FORMAT)
PLATFORM_FORMATS = frozenset({"transformers", "onnx"})

_TORCH_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt"})
_PICKLES = frozenset({".pkl", ".pickle", ".joblib", ".dill", ".npy", ".npz"})
_HDF5 = frozenset({".h5", ".hdf5"})
_TENSORFLOW = _HDF5 | {".keras", ".pb", ".tflite"}
_SHARDS = re.compile(r"\.data-\d{5}-of-\d{5}\Z")
_CODE_FILES = frozenset({".py", ".pyc", ".so", ".dll", ".dylib", ".sh", ".ipynb", ".whl"})
_SOURCE = ".py"
_KERAS = ".keras"
_KERAS_WEIGHTS = ".weights.h5"
_ARCHIVES = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"})
_OF_TORCH = "pytorch_model"
_PACK = (
    "Pack all weights into one file (torch.onnx.export takes external_data=False):\n"
    "  python -c \"import onnx; onnx.save(onnx.load('model.onnx'), 'single.onnx')\""
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")


def allowed_suffixes(formats: Iterable[str]) -> frozenset[str]:
    """Return the suffixes (lower case, with the dot) that submissions of ``formats`` may hold."""
    return _COMMON.union(*(_BY_FORMAT[name] for name in formats))


def suffix_of(path: str) -> str:
    """Return the lower-case suffix of the file's name, ``""`` where it has none."""
    return PurePosixPath(path).suffix.lower()


def check_suffix(path: str, allowed: frozenset[str]) -> None:
    """Refuse a type of file that is not allowed, with the reason and the way out.

    Raises:
        SubmissionRefused: ``pickle_weights``, ``foreign_weights``, ``custom_code``,
            ``external_data``, ``mixed_formats``, ``nested_archive`` or ``file_type``.
    """
    suffix = suffix_of(path)
    if suffix not in allowed:
        code, reason = _why_refused(path, suffix, allowed)
        raise SubmissionRefused(code, f"{shown(path)}: {reason}", field=shown(path))


def _why_refused(path: str, suffix: str, allowed: frozenset[str]) -> tuple[str, str]:
    if _SOURCE in allowed and suffix in _CODE_FILES:
        return "custom_code", (
            "code is taken as Python files (.py) only, which organizers can read. Remove the file."
        )
    if suffix == ".bin" and _is_beside_a_graph(path, allowed):
        return "external_data", (
            f"nothing reads it beside model.onnx. If it holds weights of the graph: {_PACK}"
        )
    if _SOURCE in allowed and suffix in _PICKLES:
        return "pickle_weights", (
            "no package of the sandbox reads it. Save what it holds as .npz, .safetensors or .pkl."
        )
    if suffix in _TORCH_PICKLES:
        return "pickle_weights", (
            "this is a pickle, and loading a pickle runs code. Convert it to safetensors:\n"
            f"  {_conversion(path)}"
        )
    if suffix in _PICKLES:
        return "pickle_weights", (
            "this file can hold a pickle, and loading a pickle runs code. Export the model to "
            "ONNX (model.onnx) or save its weights as model.safetensors."
        )
    if _KERAS in allowed and path.lower().endswith(_KERAS_WEIGHTS):
        return "foreign_weights", (
            "it holds weights and no model. Save the model itself: model.save('model.keras')."
        )
    if _KERAS in allowed and suffix in _HDF5:
        return "foreign_weights", (
            "an HDF5 file can name other files of the machine and take in their content. Save the "
            "model in Keras' own format:\n"
            "  python -c \"import keras; keras.models.load_model('model.h5', compile=False)"
            ".save('model.keras')\""
        )
    if _KERAS in allowed and _SHARDS.match(suffix):
        return "file_type", (
            "weights of a SavedModel lie in one part here, variables.data-00000-of-00001. Save it "
            "again:\n"
            '  python -c "import tensorflow as tf; '
            "tf.saved_model.save(tf.saved_model.load('.'), 'one_part')\""
        )
    if suffix in _TENSORFLOW:
        return "foreign_weights", (
            "TensorFlow and Keras files can run code when loaded. Export the model to ONNX:\n"
            "  python -m tf2onnx.convert --saved-model saved_model --output model.onnx"
        )
    if suffix == ".msgpack":
        return "foreign_weights", (
            "Flax weights are not loaded here. Convert them with transformers 4:\n"
            '  python -c "from transformers import AutoModelForSequenceClassification as M; '
            "M.from_pretrained('.', from_flax=True).save_pretrained('converted')\""
        )
    if suffix in {".onnx_data", ".data"}:
        return "external_data", f"ONNX weights must lie inside model.onnx. {_PACK}"
    return _why_not_a_model_file(suffix)


def _is_beside_a_graph(path: str, allowed: frozenset[str]) -> bool:
    """Whether it may be what an export of ONNX wrote, and not weights of PyTorch."""
    only_graphs = ".onnx" in allowed and ".safetensors" not in allowed
    return only_graphs and not PurePosixPath(path).name.startswith(_OF_TORCH)


def _why_not_a_model_file(suffix: str) -> tuple[str, str]:
    if suffix in _CODE_FILES:
        return "custom_code", (
            "code of participants is not run in this format. Remove the file and use an "
            "architecture that transformers knows, or export the model to ONNX:\n"
            "  optimum-cli export onnx --model . exported"
        )
    if suffix in {".safetensors", ".onnx"}:
        return "mixed_formats", (
            "these are weights of another format than the model's. Keep the files of one format."
        )
    if suffix in _ARCHIVES:
        return "nested_archive", "an archive inside a submission is not opened. Unpack it first."
    return "file_type", f"files of type “{shown(suffix)}” do not belong to a model. Remove it."


def _conversion(path: str) -> str:
    name = PurePosixPath(path).name
    source = name if _PLAIN_NAME.match(name) else "pytorch_model.bin"
    return (
        'python -c "import torch; from safetensors.torch import save_file; '
        f"w = torch.load('{source}', weights_only=True, map_location='cpu'); "
        "save_file({k: v.clone().contiguous() for k, v in w.items()}, 'model.safetensors', "
        "metadata={'format': 'pt'})\""
    )
