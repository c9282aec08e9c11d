from __future__ import annotations

from submissions.validation.onnx_schema import CHILDREN, DATA_TYPES, SINGULAR, Message


def test_every_message_says_what_lies_inside() -> None:
    assert set(CHILDREN) == set(Message)


def test_every_message_can_be_reached_from_the_model() -> None:
    reached = {Message.MODEL}
    for _ in Message:
        reached |= {child for message in reached for child in CHILDREN[message].values()}
    assert reached == set(Message)


def test_singular_fields_belong_to_known_messages() -> None:
    assert set(SINGULAR) <= set(Message)


def test_data_types_are_numbered_without_gaps() -> None:
    assert sorted(DATA_TYPES) == list(range(1, len(DATA_TYPES) + 1))
