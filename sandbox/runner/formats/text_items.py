"""Items in words, for models that read texts."""

from ..errors import Code, RunnerError
from ..items import Item, Table, Texts, Words


def texts_of(item: Item) -> tuple[str, ...]:
    """One text, or two that are read together. Raises ``unsupported_architecture``."""
    if isinstance(item, Texts):
        return item.parts
    if isinstance(item, Words | Table):
        return (item.text,)
    raise RunnerError(Code.UNSUPPORTED_ARCHITECTURE, "The model reads texts, the task has images.")
