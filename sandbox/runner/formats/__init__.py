"""Formats of submissions, imported only when a run uses them: each brings a heavy library."""

from importlib import import_module

from .base import Format, Settings

_MODULES = {
    "transformers": ".transformers",
    "onnx": ".onnx",
    "torch": ".torch_model",
    "tensorflow": ".tensorflow_model",
}


def open_format(name: str, settings: Settings) -> Format:
    """The format of a run. The module's ``open_format`` prepares its library."""
    module = import_module(_MODULES[name], __package__)
    opened = module.open_format(settings)
    assert isinstance(opened, Format)
    return opened
