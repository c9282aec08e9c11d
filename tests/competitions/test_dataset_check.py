"""A dataset's files against their kind and against each other."""

import io
import json
import zipfile
from typing import Any

import pytest

from competitions.dataset_check import FileNames, check_dataset
from competitions.dataset_rows import DatasetInvalid, read_inputs, read_labels, read_train
from competitions.kinds import get_kind
from competitions.kinds.sample_images import sample_image_files

CLASSES = ("negative", "positive")
INPUTS = [{"id": f"r{n}", "input": {"text": f"text {n}"}} for n in range(4)]
LABELS: list[dict[str, Any]] = [{"id": f"r{n}", "label": CLASSES[n % 2]} for n in range(4)]
TRAIN = [
    {"id": f"t{n}", "input": {"text": f"text {n}"}, "label": CLASSES[n % 2]} for n in range(10)
]


def jsonl(rows: list[Any]) -> bytes:
    lines = (row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    return b"".join(line + b"\n" for line in lines)


def check(inputs=INPUTS, labels=LABELS, train=None, kind="text_classification", **more):
    allowed = CLASSES if kind == "text_classification" else ()
    return check_dataset(
        inputs=io.BytesIO(jsonl(inputs)),
        labels=io.BytesIO(jsonl(labels)),
        train=None if train is None else io.BytesIO(jsonl(train)),
        kind=get_kind(kind),
        labels_allowed=allowed,
        **more,
    )


def problems_of(*args, **kwargs) -> list[str]:
    with pytest.raises(DatasetInvalid) as refused:
        check(*args, **kwargs)
    assert refused.value.code == "dataset_invalid"
    return [str(problem) for problem in refused.value.problems]


def test_sound_dataset_is_counted() -> None:
    labels = [
        {**row, "group": f"g{n // 2}", "slices": {"domain": "film" if n else "news"}}
        for n, row in enumerate(LABELS)
    ]
    facts = check(labels=labels, train=TRAIN)
    assert (facts.rows, facts.train_rows, facts.groups) == (4, 10, 2)
    assert facts.slices == {"domain": {"film": 3, "news": 1}}
    assert facts.label_counts == {"negative": 2, "positive": 2}


def test_order_of_rows_may_differ_between_files() -> None:
    assert check(labels=LABELS[::-1]).rows == 4


def test_label_of_an_unknown_row_names_file_line_and_id() -> None:
    labels = [*LABELS, {"id": "r12", "label": "positive"}]
    assert problems_of(labels=labels) == ['labels.jsonl line 5: id "r12" is not in inputs.jsonl']


def test_input_without_label_is_named() -> None:
    assert problems_of(labels=LABELS[:2]) == ['inputs.jsonl line 3: id "r2" is not in labels.jsonl']


def test_duplicate_ids_are_named_in_both_files() -> None:
    assert problems_of(inputs=[*INPUTS, INPUTS[1]], labels=[*LABELS, LABELS[0]]) == [
        'inputs.jsonl line 5: id "r1" was in line 2 already',
        'labels.jsonl line 5: id "r0" was in line 1 already',
    ]


def test_unknown_label_is_named() -> None:
    labels = [*LABELS[:3], {"id": "r3", "label": "neutral"}]
    assert problems_of(labels=labels) == [
        'labels.jsonl line 4: label "neutral" is not one of the task\'s labels'
    ]


def test_nan_label_is_named() -> None:
    labels = [{"id": f"r{n}", "label": n} for n in range(3)] + [b'{"id": "r3", "label": NaN}']
    assert problems_of(labels=labels, kind="text_regression") == [
        "labels.jsonl line 4: NaN is not a number that can be scored"
    ]


def test_overflowing_label_is_out_of_range() -> None:
    labels = [{"id": f"r{n}", "label": n} for n in range(3)] + [b'{"id": "r3", "label": 1e999}']
    (problem,) = problems_of(labels=labels, kind="text_regression")
    assert problem == "labels.jsonl line 4: label is beyond ±1e+12"


def test_bad_utf8_is_named_and_hides_no_false_alarm_about_ids() -> None:
    inputs = [*INPUTS[:3], b'{"id": "r3", "input": {"text": "caf\xe9"}}']
    (problem,) = problems_of(inputs=inputs)
    assert problem == "inputs.jsonl line 4: not UTF-8: byte 0xe9 at position 36"


def test_byte_order_mark_is_named_and_crlf_is_accepted() -> None:
    marked = [b"\xef\xbb\xbf" + json.dumps(INPUTS[0]).encode(), *INPUTS[1:]]
    assert "without a byte order mark" in problems_of(inputs=marked)[0]
    assert check(inputs=[json.dumps(row).encode() + b"\r" for row in INPUTS]).rows == 4


def test_empty_files_are_named() -> None:
    assert problems_of(inputs=[], labels=[], train=[]) == [
        "inputs.jsonl: the file has no rows",
        "labels.jsonl: the file has no rows",
        "train.jsonl: the file has no rows",
    ]


def test_test_row_in_the_train_split_is_named() -> None:
    train = [*TRAIN, {**TRAIN[0], "id": "r2"}]
    assert problems_of(train=train) == [
        'train.jsonl line 11: id "r2" is a test row too (inputs.jsonl line 3)'
    ]


def test_labels_that_are_all_alike_are_refused() -> None:
    labels = [{**row, "label": "positive"} for row in LABELS]
    assert problems_of(labels=labels) == ["labels.jsonl: every row has the same class as its label"]


def test_class_with_too_few_train_rows_is_named() -> None:
    assert problems_of(train=TRAIN[:9]) == [
        'train.jsonl: label "positive" needs at least 5 rows, it has 4'
    ]


def test_numbers_need_a_few_train_rows_too() -> None:
    labels = [{"id": f"r{n}", "label": n} for n in range(4)]
    train = [{**row, "label": n} for n, row in enumerate(TRAIN[:4])]
    (problem,) = problems_of(labels=labels, train=train, kind="text_regression")
    assert problem == "train.jsonl: the train split needs at least 5 rows"


@pytest.mark.parametrize(
    ("change", "fragment"),
    [
        ({"group": ""}, "group is empty"),
        ({"group": 3}, "group must be a string"),
        ({"group": None}, "group must be a string"),
        ({"slices": ["a"]}, "slices must be an object"),
        ({"slices": {"domain": 1}}, "a slice value must be a string"),
        ({"score": 1}, 'unknown key "score"'),
        ({"id": ""}, "id must have 1 to 200 characters"),
        ({"id": "a\nb"}, "can't be shown"),
        ({"id": 7}, "id must be a string"),
    ],
)
def test_malformed_label_row_is_named(change, fragment) -> None:
    problems = problems_of(labels=[*LABELS[:3], {**LABELS[3], **change}])
    assert fragment in problems[0]
    assert problems[0].startswith("labels.jsonl line 4: ")


def test_each_kind_of_fault_is_named_once_per_file() -> None:
    bad = [{"id": f"r{n}", "input": {"text": ""}} for n in range(4)]
    assert problems_of(inputs=bad) == ["inputs.jsonl line 1: input.text is empty"]


def test_files_are_called_as_the_organizer_called_them() -> None:
    names = FileNames(inputs="in.jsonl", labels="gold.jsonl", train="fit.jsonl")
    assert problems_of(labels=LABELS[:2], names=names) == [
        'in.jsonl line 3: id "r2" is not in gold.jsonl'
    ]


def test_message_ends_each_problem_with_a_full_stop() -> None:
    with pytest.raises(DatasetInvalid) as refused:
        check(inputs=[], labels=[])
    assert refused.value.message == (
        "inputs.jsonl: the file has no rows.\nlabels.jsonl: the file has no rows."
    )


def test_stored_files_are_read_back_typed() -> None:
    kind = get_kind("text_classification")
    labels = [{**LABELS[0], "group": "g", "slices": {"domain": "film"}}, LABELS[1]]
    first, second = read_labels(io.BytesIO(jsonl(labels)), kind=kind, labels=CLASSES)
    assert (first.group, dict(first.slices), second.group) == ("g", {"domain": "film"}, None)
    assert read_inputs(io.BytesIO(jsonl(INPUTS)), kind=kind)[3].input == {"text": "text 3"}
    assert read_train(io.BytesIO(jsonl(TRAIN)), kind=kind, labels=CLASSES)[1].label == "positive"


def test_damaged_stored_file_raises() -> None:
    with pytest.raises(DatasetInvalid, match=r"labels\.jsonl line 1"):
        read_labels(io.BytesIO(b"{"), kind=get_kind("text_classification"), labels=CLASSES)


IMAGES = sample_image_files()
SEEN = [{"id": f"r{n}", "input": {"image": name}} for n, name in enumerate(IMAGES)]
SHOWN = [{"id": f"r{n}", "label": CLASSES[n % 2]} for n in range(len(IMAGES))]


def zipped(*names: str) -> bytes:
    """Pack sample images under these names; unknown ones are a grey picture."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name in names:
            archive.writestr(name, IMAGES.get(name, IMAGES["sample-grey.png"]))
    return sink.getvalue()


def look(
    inputs=SEEN, labels=SHOWN, train=None, *, files=tuple(IMAGES), kind="image_classification"
):
    return check_dataset(
        inputs=io.BytesIO(jsonl(inputs)),
        labels=io.BytesIO(jsonl(labels)),
        train=None if train is None else io.BytesIO(jsonl(train)),
        files=None if files is None else io.BytesIO(zipped(*files)),
        kind=get_kind(kind),
        labels_allowed=CLASSES,
    )


def problems_seen(*args, **kwargs) -> list[str]:
    with pytest.raises(DatasetInvalid) as refused:
        look(*args, **kwargs)
    return [str(problem) for problem in refused.value.problems]


def test_dataset_of_images_counts_its_files() -> None:
    assert look().images == len(IMAGES)


def test_images_are_needed_where_rows_refer_to_them_and_only_there() -> None:
    assert problems_seen(files=None) == [
        "files.zip: the rows refer to images; send them packed as a zip file"
    ]
    assert problems_of(files=io.BytesIO(zipped("sample-grey.png"))) == [
        "files.zip: rows of this kind refer to no files; send none"
    ]


def test_row_without_its_image_is_named() -> None:
    assert problems_seen(files=[name for name in IMAGES if name != "sample-pixel.png"]) == [
        'inputs.jsonl line 4: the file "sample-pixel.png" is not in the zip file'
    ]


def test_image_without_a_row_is_named() -> None:
    files = [*IMAGES, "b.png", "a.png"]
    assert problems_seen(files=files) == ['files.zip: no row refers to "a.png" (and to 1 more)']


def test_bad_zip_is_the_only_problem_that_it_makes() -> None:
    assert problems_seen(files=[*IMAGES, "notes.txt"]) == [
        'files.zip: "notes.txt" is no name for an image: letters, digits, _ - and ., ending in '
        ".png, .jpg or .jpeg, at most 100 characters"
    ]


def test_image_of_a_test_row_may_not_become_public_in_the_train_split() -> None:
    train = [
        {"id": f"t{n}", "input": {"image": f"t{n}.png"}, "label": CLASSES[n % 2]} for n in range(10)
    ]
    files = [*IMAGES, *(row["input"]["image"] for row in train)]
    assert look(train=train, files=files).images == len(files)
    train[3]["input"] = {"image": "sample-pixel.png"}
    problem = (
        'train.jsonl line 4: the file "sample-pixel.png" is a test row\'s too; files of train rows '
        "are public"
    )
    assert problem in problems_seen(train=train, files=files)


def test_several_rows_may_share_an_image() -> None:
    inputs = [{**row, "input": {"image": "sample-grey.png"}} for row in SEEN]
    assert look(inputs=inputs, files=["sample-grey.png"]).images == 1


def test_boxes_beyond_their_image_are_named() -> None:
    labels = [
        {"id": row["id"], "label": {"boxes": [[0, 0, 30, 30]], "labels": ["positive"]}}
        for row in SHOWN
    ]
    assert problems_seen(labels=labels, kind="object_detection") == [
        "labels.jsonl line 1: the box [0, 0, 30, 30] reaches beyond the image, which is 28 wide "
        "and 28 high; boxes are x, y, width, height"
    ]


def test_regions_of_another_size_than_their_image_are_named() -> None:
    region = {"label": "positive", "counts": [0, 48 * 64]}
    labels = [{"id": "r2", "label": {"size": [64, 48], "regions": [region]}}]
    assert problems_seen(
        inputs=[SEEN[2]],
        labels=labels,
        files=["sample-landscape.png"],
        kind="semantic_segmentation",
    ) == [
        "labels.jsonl line 1: size is [64, 48], the image is 48 high and 64 wide: size must be "
        "[48, 64]"
    ]


def test_label_must_agree_with_its_own_row_in_both_files() -> None:
    inputs = [{"id": "r", "input": {"sequence": "MKT"}}]
    labels = [{"id": "r", "label": ["positive", None]}]
    train = [{"id": f"t{n}", **inputs[0], "label": ["positive"] * n} for n in range(1, 7)]
    train = [{**row, "id": f"t{n}"} for n, row in enumerate(train)]
    with pytest.raises(DatasetInvalid) as refused:
        check_dataset(
            inputs=io.BytesIO(jsonl(inputs)),
            labels=io.BytesIO(jsonl(labels)),
            train=io.BytesIO(jsonl(train)),
            kind=get_kind("residue_labelling"),
            labels_allowed=CLASSES,
        )
    assert [str(problem) for problem in refused.value.problems] == [
        "labels.jsonl line 1: the label has 2 places, the sequence has 3",
        "train.jsonl line 1: the label has 1 places, the sequence has 3",
    ]


QUERIES = [
    {"id": "q", "input": {"text": "where", "role": "query"}},
    {"id": "d", "input": {"text": "there", "role": "document"}},
]


def test_retrieval_labels_must_name_documents_of_the_dataset() -> None:
    labels = [{"id": "q", "label": {"d": 1}}, {"id": "d", "label": {}}]
    assert check(inputs=QUERIES, labels=labels, kind="retrieval").rows == 2
    labels[0]["label"] = {"elsewhere": 1}
    assert problems_of(inputs=QUERIES, labels=labels, kind="retrieval") == [
        'labels.jsonl line 1: the label names "elsewhere", which is no row that can be found'
    ]
    labels[0]["label"] = {"q": 1}
    assert problems_of(inputs=QUERIES, labels=labels, kind="retrieval") == [
        'labels.jsonl line 1: the label names "q", which is no row that can be found'
    ]
    labels[1]["label"] = {"d": 1}
    assert problems_of(inputs=QUERIES, labels=labels, kind="retrieval") == [
        "labels.jsonl line 2: the row is a document: its label must be {}"
    ]
