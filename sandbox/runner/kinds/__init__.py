"""One module a task kind; importing this package registers them all."""

from importlib import import_module
from pkgutil import iter_modules

from .base import Kind, Purpose, find_kind

__all__ = ["Kind", "Purpose", "find_kind"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
