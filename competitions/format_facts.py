"""What every format of a submission is, in words for organizers and participants.

The names are those of ``submissions.validation.suffixes``, which this layer can't import; a test
holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatFacts:
    """``files`` tell how a folder is recognised, ``refused`` what is turned away and why,
    ``example`` is the script under ``examples/`` that makes one."""

    name: str
    title: str
    files: str
    runs: str
    refused: tuple[str, ...]
    example: str


FORMATS: Mapping[str, FormatFacts] = {
    facts.name: facts
    for facts in (
        FormatFacts(
            name="transformers",
            title="transformers (safetensors)",
            files="`config.json`, `model.safetensors` (or shards with their index), and a "
            "tokenizer or `preprocessor_config.json`",
            runs="The platform's own code; no code of a participant runs.",
            refused=(
                "Pickled weights (`.bin`, `.pt`, `.pkl`): loading a pickle runs code.",
                "Python files and `auto_map`: code of participants is not run in this format.",
                "`quantization_config`: such weights need code of other packages.",
                "Adapters: they need a model from elsewhere.",
            ),
            example="train_text.py",
        ),
        FormatFacts(
            name="onnx",
            title="onnx",
            files="`model.onnx` with `tokenizer.json`, `preprocessor_config.json` or "
            "`podium.json`, which says what inputs and outputs mean that have their own names",
            runs="The platform's own code, by onnxruntime's own operators.",
            refused=(
                "Weights in other files (`external_data`): they could be any file of the machine.",
                "Operators of other libraries, and those that call Python or another runtime: they "
                "are code.",
                "Graphs made for one size of batch or one length of text: rows come in batches.",
                "Names in `podium.json` that the graph lacks, and number types that would change "
                "what it is given: such a model would only seem to be worse.",
            ),
            example="export_static_onnx.py",
        ),
        FormatFacts(
            name="torch",
            title="torch (TorchScript, exported programs, hub entries): participants' code",
            files="`model.pt2`, `model.pt` (TorchScript) or `hubconf.py`",
            runs="Code of the participant, in the sandbox only.",
            refused=(
                "State dicts by themselves: they say nothing of the model they belong to.",
                "Compiled libraries: organizers can't read them.",
                "Weights and code beside `model.pt` or `model.pt2`: nothing reads them.",
                "Hub entries that fetch weights or code: the sandbox has no network.",
            ),
            example="export_torch.py",
        ),
        FormatFacts(
            name="tensorflow",
            title="tensorflow (SavedModel, Keras): participants' code",
            files="`saved_model.pb` with `variables/`, or `model.keras`; with `tokenizer.json`, "
            "`preprocessor_config.json` or `podium.json`",
            runs="Code of the participant, in a sandbox with TensorFlow and without PyTorch.",
            refused=(
                "`.h5`: such files can name other files of the machine.",
                "Lambda layers in `model.keras`: they are code that runs when the file is loaded.",
                "Layers of one's own in `model.keras`: the file names them and does not hold them.",
                "`py_function` and `numpy_function`: a SavedModel does not hold their code.",
                "Operators of other packages: they are compiled code.",
                "Checkpoints and weights alone: they hold no program.",
            ),
            example="train_keras.py",
        ),
        FormatFacts(
            name="python",
            title="python (predict.py): participants' code",
            files="`predict.py` with `load(model_dir, task)` and `predict(batch)`",
            runs="Code of the participant, in the sandbox only.",
            refused=(
                "Compiled libraries: organizers can't read them.",
                "Archives inside the folder: nobody opens them.",
                "Programs that fetch weights or code: the sandbox has no network.",
            ),
            example="train_hashed_words.py",
        ),
    )
}
