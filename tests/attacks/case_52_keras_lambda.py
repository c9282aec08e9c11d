"""Row 52: a Keras model with a Lambda layer, which is a marshalled function."""

import io
import json
import marshal
import types
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path

from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.gate import beside_a_model, refusal
from tests.attacks.payloads import host_marker
from tests.attacks.registry import case

NAMES = ("model.keras", "a/model.keras", "model.h5")
WITHOUT_PERMIT = [name for name in FORMATS if name != "tensorflow"]


@case(52, "Keras Lambda")
def keras_lambda(arena: Arena) -> None:
    with host_marker() as marker:
        data = _lambda_model(marker)
        assert refusal(arena, {"model.keras": data}, WITHOUT_PERMIT) == "foreign_weights"
        for name in NAMES:
            for submission_format, files in beside_a_model(name, data):
                code = refusal(arena, files, [submission_format])
                assert code in {"file_type", "foreign_weights"}, (submission_format, name)
        # Where an organizer permits the format, no runner knows it.
        competition = arena.competition(allowed_formats=["tensorflow"])
        after = arena.play(arena.enter({"model.keras": data}, competition=competition))
        assert after.state == "failed"
        assert after.predictions == {}
        assert not marker.exists()


@keras_lambda.control
def who_builds_the_layer_runs_it(arena: Arena) -> None:
    with host_marker() as marker:
        with zipfile.ZipFile(io.BytesIO(_lambda_model(marker))) as archive:
            config = json.loads(archive.read("config.json"))
        (layer,) = config["config"]["layers"]
        code = marshal.loads(b64decode(layer["config"]["function"]["config"]["code"]))
        types.FunctionType(code, {"__builtins__": __builtins__})(None)
        assert marker.exists()


def _lambda_model(marker: Path) -> bytes:
    """A .keras archive as Keras 3 writes it, with one layer."""
    source = f"lambda x: open({str(marker)!r}, 'w').close()"
    function = eval(source)
    code = b64encode(marshal.dumps(function.__code__)).decode()
    layer = {
        "class_name": "Lambda",
        "config": {"function": {"class_name": "__lambda__", "config": {"code": code}}},
    }
    config = {"class_name": "Sequential", "config": {"layers": [layer]}}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0"}))
    return made.getvalue()
