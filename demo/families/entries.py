"""Who enters the families' competition with what: a call of an example script for each model.

Several entries share the format transformers, so that some are built while others run. Epochs
bound each training; minutes only keep a slow machine from waiting for ever.
"""

from __future__ import annotations

from demo.entries import Call, Entry
from demo.families import tasks
from demo.families.tasks import TASKS
from demo.tasks import TaskPlan

LONG = "4"
"""Minutes after which a training ends in any case."""

_NEIGHBOURS = frozenset(
    {
        *("text_classification", "pair_classification", "text_multilabel", "text_regression"),
        *("token_classification", "extractive_qa", "text_generation", "recommendation"),
        *("tabular_classification", "tabular_regression", "sequence_classification"),
    }
)


def _train(plan: TaskPlan) -> tuple[str, str]:
    return "--train", f"{{data}}/{plan.slug}/train.jsonl"


def _out(plan: TaskPlan) -> tuple[str, str]:
    return "--out", f"{{out}}/tasks/{plan.slug}"


def _labels(plan: TaskPlan) -> tuple[str, ...]:
    return ("--labels", ",".join(plan.labels)) if plan.labels else ()


def _task(script: str, plan: TaskPlan, *options: str) -> Call:
    """A script that trains for one task, whose kind it is told."""
    named = ("--task-kind", plan.kind)
    return (script, *_train(plan), *named, *_labels(plan), *_out(plan), *options)


def _paced(epochs: str, *options: str) -> tuple[str, ...]:
    return ("--epochs", epochs, "--minutes", LONG, "--threads", "1", *options)


def _text(plan: TaskPlan, architecture: str, epochs: str, *options: str) -> Call:
    form = ("--architecture", architecture, "--max-length", str(tasks.LONGEST))
    return _task("train_text.py", plan, *form, *_paced(epochs, "--learning-rate", "1e-3", *options))


def _from_bert(plan: TaskPlan, epochs: str, rate: str = "5e-4") -> Call:
    base = ("--base", "{out}", "--max-length", str(tasks.LONGEST))
    return _task("train_text.py", plan, *base, *_paced(epochs, "--learning-rate", rate))


def _image(script: str, plan: TaskPlan, epochs: str, *options: str) -> Call:
    files = ("--files", f"{{data}}/{plan.slug}/files")
    return (script, *_train(plan), *files, *_labels(plan), *_out(plan), *_paced(epochs), *options)


def _root(plan: TaskPlan) -> Call:
    """A task's model at the root too: a submission must have something for every task, and what
    it can't serve fails there."""
    return ("share_model.py", "--base", _out(plan)[1], "--out", "{out}")


def _pretrain() -> Call:
    """The root of BERT's entry: it fills gaps, says what comes next, and is the base of others."""
    return (
        *("pretrain_bert.py", "--corpus", "{data}/corpus.txt", "--out", "{out}"),
        *("--minutes", "1.2", "--vocabulary", "400", "--width", "128", "--layers", "3"),
        *("--batch-tokens", "1024", "--learning-rate", "1e-3", "--threads", "1"),
        *("--max-length", str(tasks.LONGEST)),
    )


def _language_model(architecture: str, epochs: str, *folders: TaskPlan) -> list[Call]:
    first, *others = folders
    trained: Call = (
        *("train_language_model.py", "--architecture", architecture),
        *("--corpus", "{data}/told.txt", "--max-length", "96", "--batch-tokens", "1024"),
        *(*_out(first), *_paced(epochs, "--learning-rate", "2e-3")),
    )
    return [trained, *(("share_model.py", "--base", _out(first)[1], *_out(o)) for o in others)]


MINILM = Entry(
    participant="olga",
    model="MiniLM (baseline)",
    calls=(("minilm.py", "--package", "{minilm}", "--out", "{out}"),),
    inputs=("minilm",),
)
NEIGHBOURS = Entry(
    participant="nils",
    model="nearest neighbours",
    calls=(
        (
            *("store_neighbours.py", "--out", "{out}"),
            *(
                part
                for plan in TASKS
                if plan.kind in _NEIGHBOURS and plan.track == "predict"
                for part in ("--rows", plan.slug, f"{{data}}/{plan.slug}/train.jsonl")
            ),
        ),
    ),
    inputs=("data",),
    format="python",
)
GRAPHS = Entry(
    participant="chen",
    model="static embeddings, small networks",
    calls=(
        ("export_static_onnx.py", "--package", "{wordllama}", "--out", "{out}"),
        *(
            _task("export_static_onnx.py", plan, "--package", "{wordllama}")
            for plan in (tasks.SENTIMENT, tasks.VALENCE)
        ),
        *(
            _task("export_table_onnx.py", plan, "--threads", "1")
            for plan in (tasks.TUMOURS, tasks.DIABETES)
        ),
        _task(
            *("export_table_onnx.py", tasks.DIGITS, "--files", "{data}/digits/files"),
            *("--threads", "1", "--epochs", "15"),
        ),
    ),
    inputs=("data", "wordllama"),
    format="onnx",
)
KERAS = Entry(
    participant="kira",
    model="Keras networks",
    calls=(
        *(
            _task("train_keras.py", plan, "--minutes", "0.3")
            for plan in (tasks.TUMOURS, tasks.DIABETES)
        ),
        _task("train_keras.py", tasks.DIGITS, "--minutes", "0.5", "--saved-model"),
        _root(tasks.TUMOURS),
    ),
    inputs=("data",),
    format="tensorflow",
)
TORCH = Entry(
    participant="tom",
    model="VGG, Transformer-XL",
    calls=(
        _image(
            *("train_image.py", tasks.DIGITS, "8", "--architecture", "vgg", "--channels", "1"),
        ),
        _task("train_transformer_xl.py", tasks.DESCRIPTIONS, "--minutes", "1", "--threads", "1"),
        _task("train_transformer_xl.py", tasks.SENTIMENT, "--minutes", "0.4", "--threads", "1"),
        _root(tasks.DIGITS),
    ),
    inputs=("data",),
    format="torch",
)
LANGUAGE = Entry(
    participant="ada",
    model="BERT, GPT, RoBERTa, XLNet",
    calls=(
        _pretrain(),
        _from_bert(tasks.INFERENCES, "4"),
        _text(tasks.SENTIMENT, "bert", "3"),
        _text(tasks.TOPIC_SETS, "xlnet", "4", "--vocabulary", "400", "--batch-tokens", "512"),
        _text(tasks.ENTITIES, "roberta", "4"),
        _text(tasks.ANSWERS, "roberta", "6", "--batch-tokens", "2048"),
        *_language_model("gpt2", "3", tasks.SURPRISE, tasks.DESCRIPTIONS, tasks.MOOD_PROMPTED),
        *_language_model("roberta", "2", tasks.SURPRISE_BOTH),
    ),
    inputs=("data",),
)
SENSES = Entry(
    participant="iris",
    model="ResNet, YOLOS, SegFormer, ESM, BERT over items",
    calls=(
        _image("train_image.py", tasks.DIGITS, "4", "--architecture", "resnet", "--channels", "1"),
        _image("train_segmenter.py", tasks.SEGMENTS, "5"),
        (
            *("train_recommender.py", *_train(tasks.LECTURERS), *_out(tasks.LECTURERS)),
            *("--catalogue", f"{{data}}/{tasks.LECTURERS.slug}/classes.json", *_paced("15")),
        ),
        _task("train_protein.py", tasks.PEPTIDES, *_paced("4", "--max-length", "128")),
        _task("train_protein.py", tasks.FOLDS, *_paced("5", "--max-length", "128")),
        _task("train_protein.py", tasks.CONTACTS, *_paced("6", "--max-length", "160")),
        _image("train_detector.py", tasks.OBJECTS, "10"),
        _root(tasks.DIGITS),
    ),
    inputs=("data",),
)
ENTRIES = (LANGUAGE, NEIGHBOURS, GRAPHS, KERAS, TORCH, SENSES)
