"""Row 51: a configuration that names Python code to load."""

import json
import runpy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, refusal
from tests.attacks.payloads import host_marker
from tests.attacks.registry import PLATFORM, case

AUTO_MAP = {"AutoModelForSequenceClassification": "modeling.Model", "AutoConfig": "modeling.Config"}
REMOTE = {"AutoModelForSequenceClassification": "someone/else--modeling.Model"}
CONFIGS: list[tuple[str, Any]] = [
    ("config.json", {"model_type": "bert", "auto_map": AUTO_MAP}),
    ("config.json", {"model_type": "bert", "auto_map": REMOTE}),
    ("config.json", {"model_type": "bert", "text_config": {"auto_map": AUTO_MAP}}),
    ("config.json", {"model_type": "bert", "custom_pipelines": {"x": {"impl": "modeling.P"}}}),
    ("config.json", {"model_type": "bert", "trust_remote_code": True}),
    ("config.json", {"model_type": "bert", "attn_implementation": "someone/kernel"}),
    ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["modeling.Tokenizer", None]}}),
    ("processor_config.json", {"auto_map": {"AutoProcessor": "modeling.Processor"}}),
    ("generation_config.json", {"custom_generate": "modeling.generate"}),
    ("modules.json", [{"idx": 0, "name": "0", "path": "", "type": "modeling.Model"}]),
]


@case(51, "auto_map", where=PLATFORM)
def auto_map(arena: Arena) -> None:
    with host_marker() as marker:
        for name, config in CONFIGS:
            files = {**FOLDERS["transformers"], name: json.dumps(config).encode()}
            assert refusal(arena, files, ["transformers"]) == "custom_code", (name, config)
        code = _code(marker)
        for name in ("modeling.py", "a/modeling.py", "hubconf.py", "predict.py"):
            files = {**FOLDERS["transformers"], name: code}
            assert refusal(arena, files, ["transformers"]) == "custom_code", name
        assert not marker.exists()


@auto_map.control
def who_follows_it_runs_it(arena: Arena) -> None:
    assert refusal(arena, FOLDERS["transformers"], ["transformers"]) == "accepted"
    with host_marker() as marker, TemporaryDirectory() as folder:
        config = Path(folder, "config.json")
        config.write_text(json.dumps({"auto_map": AUTO_MAP}))
        Path(folder, "modeling.py").write_bytes(_code(marker))
        module = json.loads(config.read_text())["auto_map"]["AutoConfig"].partition(".")[0]
        runpy.run_path(str(Path(folder, f"{module}.py")))
        assert marker.exists()


def _code(marker: Path) -> bytes:
    return f"open({str(marker)!r}, 'w').close()\n".encode()
