"""Files in forms: streamed to disk, from people who are logged in, up to a bound.

Django reads a whole multipart body before any view is asked (the CSRF check looks for a form
field), so the bound must hold here: otherwise anybody could fill the disk.
"""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Refuses a form by its announced length, which Django never reads beyond."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        """Pass the form on to be parsed; raises RequestDataTooBig (status 400) beyond the bound."""
        if content_length > self._bound():
            raise RequestDataTooBig("The form is larger than this asker may send.")

    def _bound(self) -> int:
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return int(settings.FORM_UPLOAD_MAX_BYTES)
