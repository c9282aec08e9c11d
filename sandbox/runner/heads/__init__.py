"""One module a head; importing this package registers them all."""

from importlib import import_module
from pkgutil import iter_modules

from .base import Head, find_head

__all__ = ["Head", "find_head"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
