"""Row 49: a pickle in the place of weights."""

import pickle

from submissions.sandboxes import MIB
from submissions.validation.suffixes import PLATFORM_FORMATS
from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, beside_a_model, refusal
from tests.attacks.payloads import host_marker
from tests.attacks.registry import case
from tests.attacks.touch import SAID, Touch

NAMES = ("pytorch_model.bin", "model.pkl", "model.pt", "weights.pth", "a/model.ckpt", "m.joblib")
DISGUISES = {
    "transformers": ("model.safetensors", "config.json", "tokenizer_config.json"),
    "onnx": ("model.onnx",),
}
PROGRAM = """
import pickle


def attack():
    pickle.loads(Path(__file__).with_name("weights.pt").read_bytes())
    print("loaded")
"""


@case(49, "pickle in weights")
def pickled_weights(arena: Arena) -> None:
    with host_marker() as marker:
        data = pickle.dumps(Touch(marker))
        _refused_where_the_platform_loads(arena, data)
        after = arena.attack(
            PROGRAM, files={"weights.pt": data}, limits={"memory_bytes": 512 * MIB}
        )
        assert after.lines == [SAID, "loaded"]
        assert (after.state, after.outcome) == ("scored", "ok")
        assert not marker.exists()


@pickled_weights.control
def who_unpickles_it_runs_it(arena: Arena) -> None:
    with host_marker() as marker:
        seen = arena.undefended(PROGRAM, files={"weights.pt": pickle.dumps(Touch(marker))})
        assert seen.lines == [SAID, "loaded"]
        assert marker.exists()


def _refused_where_the_platform_loads(arena: Arena, data: bytes) -> None:
    formats = sorted(PLATFORM_FORMATS)
    for name in NAMES:
        assert refusal(arena, {"config.json": b"{}", name: data}, formats) in {
            "pickle_weights",
            "missing_weights",
        }
        for submission_format, files in beside_a_model(name, data):
            if submission_format in PLATFORM_FORMATS:
                assert refusal(arena, files, [submission_format]) == "pickle_weights", name
    for submission_format, names in DISGUISES.items():
        for name in names:
            files = {**FOLDERS[submission_format], name: data}
            assert refusal(arena, files, [submission_format]).startswith("bad_"), name
