"""Magika, which names the type of a file, as a submission: its own ONNX graph, read by bytes.

The graph comes from the package "magika" (Apache-2.0), as it is. It reads no tokens: podium.json
says that it takes the first and the last 1024 bytes of a text. It knows more than 200 types; with
--labels the chances of a task's own classes are taken out of them by nodes added at the end.

    pip download --no-deps magika==1.0.3
    python examples/magika_graph.py --package magika-1.0.3-….whl \\
        --labels python,java,shell --out entries/magika
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from shared import declare, package_files, say, stop

CONFIG, GRAPH = "config.min.json", "model.onnx"
OUTPUT, CHOSEN = "target_label", "chosen"
NEEDED = {"mid_size": 0, "use_inputs_at_offsets": False, "protection": "none"}


def read_package(package: Path) -> tuple[Mapping[str, Any], bytes]:
    """The configuration and the graph of the package's newest model."""
    files = dict(package_files(package, "magika/models"))
    folders = sorted({name.partition("/")[0] for name in files})
    if not folders or f"{folders[-1]}/{GRAPH}" not in files:
        stop(f"{package} holds no model of magika")
    config = json.loads(files[f"{folders[-1]}/{CONFIG}"])
    if any(config[name] != value for name, value in NEEDED.items()):
        stop(f"{folders[-1]} reads more than the first and the last bytes")
    if config["beg_size"] != config["end_size"]:
        stop(f"{folders[-1]} reads unequal parts of both ends")
    return config, files[f"{folders[-1]}/{GRAPH}"]


def declared(config: Mapping[str, Any], labels: Sequence[str], output: str) -> dict[str, Any]:
    """``podium.json``: which bytes the graph takes, and what its output means."""
    length = config["beg_size"] + config["end_size"]
    padding = config["padding_token"]
    return {
        "bytes": {"length": length, "from": "both", "padding": padding, "strip": True},
        "outputs": {"probabilities": output},
        "labels": list(labels),
    }


def cut(graph: bytes, places: Sequence[int]) -> bytes:
    """The graph with the chances of some classes only, which add up to 1 again."""
    model = onnx.load_from_string(graph)
    tensors = {
        "places": np.array(places, dtype=np.int64),
        "last": np.array([-1], dtype=np.int64),
        "least": np.array(1e-12, dtype=np.float32),
    }
    model.graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in tensors.items()
    )
    model.graph.node.extend(
        [
            helper.make_node("Gather", [OUTPUT, "places"], ["taken"], axis=1),
            helper.make_node("Max", ["taken", "least"], ["above"]),
            helper.make_node("ReduceSum", ["above", "last"], ["sum"], keepdims=1),
            helper.make_node("Div", ["above", "sum"], [CHOSEN]),
        ]
    )
    del model.graph.output[:]
    model.graph.output.append(
        helper.make_tensor_value_info(CHOSEN, TensorProto.FLOAT, ["texts", len(places)])
    )
    onnx.checker.check_model(model)
    return model.SerializeToString()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--package", type=Path, required=True, help="the wheel, or the folder it is installed in"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    arguments = parser.parse_args()
    config, graph = read_package(arguments.package)
    known = config["target_labels_space"]
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()] or known
    unknown = [name for name in labels if name not in known]
    if unknown:
        stop(f"magika knows no type {unknown[0]}; it knows {', '.join(known)}")
    output = OUTPUT
    if labels != known:
        graph, output = cut(graph, [known.index(name) for name in labels]), CHOSEN
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "model.onnx").write_bytes(graph)
    content = json.dumps(declared(config, labels, output), indent=1)
    (arguments.out / "podium.json").write_text(content + "\n", encoding="utf-8")
    declare(
        arguments.out,
        format="onnx",
        description="Magika: names the type of a text by its first and last bytes.",
        base_model="magika 1.0.3, standard_v3_3",
        training_data="None of our own.",
        training_time="none",
        compute="none",
        code="https://github.com/google/magika",
    )
    say(f"wrote {arguments.out}: {len(labels)} of {len(known)} types")


if __name__ == "__main__":
    main()
