"""What `manage.py check --deploy` asks: a kernel of their own for models, a queue password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning

WITH_KERNEL_ISOLATION = frozenset({"docker+gvisor", "gvisor"})


def check_kernel_isolation(**options: Any) -> list[CheckMessage]:
    """Warn (podium.W001) where models would talk to the kernel of the machine."""
    if settings.SANDBOX_BACKEND in WITH_KERNEL_ISOLATION:
        return []
    return [
        Warning(
            f"PODIUM_SANDBOX_BACKEND is {settings.SANDBOX_BACKEND!r}: participants' models would "
            "share the kernel of the machine.",
            hint="Name the runtime runsc (gVisor) to the engine and set "
            "PODIUM_SANDBOX_BACKEND=docker+gvisor, as docs/operators.md says. Without it, let only "
            "people take part whom you trust.",
            id="podium.W001",
        )
    ]


def check_queue_password(**options: Any) -> list[CheckMessage]:
    """Warn (podium.W002) where whoever reaches the queue server may put jobs into it."""
    address = urlsplit(settings.REDIS_URL)
    if address.password or address.scheme == "unix":
        return []
    return [
        Warning(
            "PODIUM_REDIS_URL holds no password: whoever reaches the queue server may put jobs "
            "into it and take them out.",
            hint="Give the server a password (requirepass) and write it into the address: "
            "redis://:password@host:6379/0.",
            id="podium.W002",
        )
    ]
