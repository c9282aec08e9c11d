"""Export static word embeddings to ONNX: one vector a token, averaged over the text.

The package wordllama holds 32 000 vectors of 256 numbers, taken from the input embeddings of large
language models and trained further. The graph looks the tokens' vectors up and averages them over
the attention mask: no layers, thousands of texts a second. Its output "sentence_embedding" serves
tasks of the track "probe" and sentence similarity.

With --train a linear head for one task is fitted on the averages and the graph gets an output
"logits" as well; write it to <submission>/tasks/<task-slug>.

    pip download --no-deps wordllama==0.4.0.post1
    python examples/export_static_onnx.py --package wordllama-….whl --out static
    python examples/export_static_onnx.py --package wordllama-….whl --train train.jsonl \\
        --task-kind text_classification --labels negative,positive --out static/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load
from shared import KINDS, Train, declare, package_files, read_train, say, stop
from tokenizers import Tokenizer

FOLDER = "wordllama"
WEIGHTS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
OPSET = 17
IR_VERSION = 8

Array = NDArray[np.float32]


def read_package(package: Path) -> tuple[NDArray[np.float16], str]:
    """Vectors of shape (tokens, width), and the tokenizer without padding and special tokens."""
    files = {
        name: content
        for name, content in package_files(package, FOLDER)
        if name in (WEIGHTS, TOKENIZER)
    }
    if absent := [name for name in (WEIGHTS, TOKENIZER) if name not in files]:
        stop(f"{package} lacks {FOLDER}/{absent[0]}")
    vectors = next(iter(load(files[WEIGHTS]).values()))
    tokenizer = json.loads(files[TOKENIZER])
    for setting in ("truncation", "padding", "post_processor"):
        tokenizer[setting] = None
    return vectors.astype(np.float16), json.dumps(tokenizer, ensure_ascii=False)


def averages(vectors: NDArray[np.float16], tokenizer: str, texts: list[str]) -> Array:
    """What the graph will compute, for fitting a head: shape (texts, width)."""
    encodings = Tokenizer.from_str(tokenizer).encode_batch(texts)
    rows = [vectors[one.ids or [0]].astype(np.float32).mean(axis=0) for one in encodings]
    return np.stack(rows)


def fit_head(features: Array, train: Train) -> tuple[Array, Array]:
    """Weights (width, outputs) and bias of a linear head: ridge regression in closed form.

    Classes are fitted as columns of -1 and 1, which ranks them well; the logits are doubled so
    that their softmax is not too flat.
    """
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = (features - mean) / scale
    targets = np.asarray(train.targets, dtype=np.float32)[:, None]
    if train.labels:
        targets = np.where(targets == np.arange(len(train.labels)), 2.0, -2.0)
    centre = targets.mean(axis=0)
    penalty = 0.1 * len(scaled) * np.eye(scaled.shape[1])
    solved = np.linalg.solve(scaled.T @ scaled + penalty, scaled.T @ (targets - centre))
    weights = solved / scale[:, None]
    return weights.astype(np.float32), (centre - mean @ weights).astype(np.float32)


def graph_of(vectors: NDArray[np.float16], head: tuple[Array, Array] | None) -> onnx.ModelProto:
    """The graph; vectors stay in float16 and are widened after the look-up."""
    tensors = {
        "vectors": vectors,
        "last_axis": np.array([-1], dtype=np.int64),
        "token_axis": np.array([1], dtype=np.int64),
        "one": np.array(1.0, dtype=np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["vectors", "input_ids"], ["found"]),
        helper.make_node("Cast", ["found"], ["widened"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last_axis"], ["column"]),
        helper.make_node("Mul", ["widened", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "token_axis"], ["total"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "token_axis"], ["count"], keepdims=1),
        helper.make_node("Max", ["count", "one"], ["at_least_one"]),
        helper.make_node("Div", ["total", "at_least_one"], ["sentence_embedding"]),
    ]
    outputs = [("sentence_embedding", vectors.shape[1])]
    if head is not None:
        tensors["weights"], tensors["bias"] = head
        nodes.append(helper.make_node("MatMul", ["sentence_embedding", "weights"], ["product"]))
        nodes.append(helper.make_node("Add", ["product", "bias"], ["logits"]))
        outputs.append(("logits", len(head[1])))
    graph = helper.make_graph(
        nodes,
        "static_embeddings",
        [_value(name, TensorProto.INT64, "tokens") for name in ("input_ids", "attention_mask")],
        [_value(name, TensorProto.FLOAT, width) for name, width in outputs],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def _value(name: str, kind: int, width: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, ["texts", width])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--package", type=Path, required=True, help="the wheel, or the folder it is installed in"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--train", type=Path, help="a task's train split, for a head")
    parser.add_argument("--task-kind", choices=KINDS, default=KINDS[0])
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    vectors, tokenizer = read_package(arguments.package)
    say(f"{vectors.shape[0]:,} vectors of {vectors.shape[1]} numbers")
    arguments.out.mkdir(parents=True, exist_ok=True)
    head = None
    if arguments.train:
        train = read_train(arguments.train, arguments.task_kind, arguments.labels)
        head = fit_head(averages(vectors, tokenizer, train.texts), train)
        names = {str(number): name for number, name in train.id2label.items()}
        (arguments.out / "podium.json").write_text(json.dumps({"id2label": names}) + "\n")
        say(f"fitted a head with {train.outputs} outputs on {len(train.texts):,} rows")
    onnx.save(graph_of(vectors, head), arguments.out / "model.onnx")
    (arguments.out / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    fitted = f"A linear head for {arguments.out.name}." if head else ""
    declare(
        arguments.out,
        format="onnx",
        description=fitted or "Static embeddings of wordllama: a vector a token, averaged.",
        base_model="wordllama l2_supercat, 256 wide",
        training_data=f"The train split for {arguments.out.name}."
        if fitted
        else "None of our own.",
        training_time="Seconds.",
        compute="One CPU core.",
        code="https://github.com/dleemiller/WordLlama",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
