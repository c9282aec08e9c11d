"""A grant as a certificate: one page of PDF, made from what was signed.

The font is Inter, which comes with the admin's theme: Latin, Greek and Cyrillic. Letters that it
lacks are taken from the fonts that an operator names (``settings.CERTIFICATE_FONTS``); where none
has them, they stand as their Unicode numbers, and the page says so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import cast

from fpdf import FPDF
from fpdf.fonts import TTFFont

from common.text import printable

_INTER = files("unfold") / "static" / "unfold" / "fonts" / "inter"
_INK, _SOFT, _GOLD = (25, 29, 33), (71, 79, 87), (117, 86, 0)
_WIDTH, _HEIGHT, _MARGIN = 297, 210, 24
_SMALLEST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What the page says. ``sha256`` is that of the signed statement, found at ``address``."""

    competition: str
    participant: str
    members: tuple[str, ...]
    award: str
    place: str
    points: str
    prize: str
    reason: str
    day: datetime
    key_id: str
    sha256: str
    address: str


@lru_cache(maxsize=128)
def certificate_pdf(certificate: Certificate, *, fonts: tuple[str, ...] = ()) -> bytes:
    """Return the page. The same certificate gives the same bytes.

    Drawing takes half a second, and anybody may ask for it: the last ones are kept.
    """
    page = _Page(fonts)
    page.frame()
    page.centred("Certificate", 36, size=15, colour=_GOLD, spaced=True)
    page.centred(certificate.competition, 48, size=24, bold=True)
    page.centred("awards", 66, size=12, colour=_SOFT)
    page.centred(certificate.award, 76, size=20, bold=True, colour=_GOLD)
    page.centred("to", 90, size=12, colour=_SOFT)
    page.centred(certificate.participant, 100, size=34, bold=True)
    if certificate.members:
        page.centred(", ".join(certificate.members), 117, size=13, colour=_SOFT)
    facts = [each for each in (certificate.place, certificate.points, certificate.prize) if each]
    page.centred("  ·  ".join(facts), 128, size=13)
    page.wrapped(certificate.reason, 139, size=10, colour=_SOFT)
    page.footer_lines(certificate)
    return page.finish(certificate)


class _Page:
    """One landscape A4 page; places are in millimetres from the top."""

    def __init__(self, fonts: Iterable[str]) -> None:
        self._pdf = FPDF(orientation="landscape", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.add_font("inter", "", str(_INTER / "Inter-Regular.woff2"))
        self._pdf.add_font("inter", "B", str(_INTER / "Inter-SemiBold.woff2"))
        others = []
        for number, path in enumerate(fonts):
            for style in ("", "B"):
                self._pdf.add_font(f"other{number}", style, path)
            others.append(f"other{number}")
        self._pdf.set_fallback_fonts(others, exact_match=False)
        embedded = [font for font in self._pdf.fonts.values() if isinstance(font, TTFFont)]
        self._known = {code for font in embedded for code in font.cmap}
        self._replaced = False
        self._pdf.add_page()

    def frame(self) -> None:
        """Draw the border."""
        self._pdf.set_draw_color(*_GOLD)
        for inset, width in ((10, 0.9), (12.5, 0.25)):
            self._pdf.set_line_width(width)
            self._pdf.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)

    def centred(
        self,
        text: str,
        top: float,
        *,
        size: float,
        bold: bool = False,
        spaced: bool = False,
        colour: tuple[int, int, int] = _INK,
    ) -> None:
        """Write one line, smaller where it is long, cut where it is longer still."""
        shown = self._shown(text)
        self._pdf.set_text_color(*colour)
        self._pdf.set_char_spacing(2 if spaced else 0)
        self._font(size, bold)
        room = _WIDTH - 2 * _MARGIN
        while self._pdf.get_string_width(shown) > room and size > _SMALLEST:
            size -= 1
            self._font(size, bold)
        while self._pdf.get_string_width(shown) > room:
            shown = shown.rstrip("…")[:-1] + "…"
        self._pdf.set_xy(_MARGIN, top)
        self._pdf.cell(room, size * 0.5, shown, align="C")

    def wrapped(
        self, text: str, top: float, *, size: float, colour: tuple[int, int, int] = _INK
    ) -> None:
        """Write a short paragraph of at most three lines."""
        self._pdf.set_text_color(*colour)
        self._pdf.set_char_spacing(0)
        self._font(size, bold=False)
        inset = _MARGIN + 22
        self._pdf.set_xy(inset, top)
        lines = self._pdf.multi_cell(
            _WIDTH - 2 * inset,
            size * 0.5,
            self._shown(text),
            align="C",
            dry_run=True,
            output="LINES",
        )
        for line in _at_most(cast(list[str], lines), 3):
            self._pdf.set_x(inset)
            self._pdf.cell(_WIDTH - 2 * inset, size * 0.5, line, align="C", new_y="NEXT")

    def footer_lines(self, certificate: Certificate) -> None:
        """Write when it was awarded and how it is checked."""
        day = f"Awarded on {certificate.day.day} {certificate.day:%B %Y}"
        self.centred(day, 162, size=11)
        self.centred(f"Signed record: {certificate.address}", 173, size=8.5, colour=_SOFT)
        self.centred(f"sha256 of the record: {certificate.sha256}", 178, size=8.5, colour=_SOFT)
        self.centred(f"key: {certificate.key_id}", 183, size=8.5, colour=_SOFT)
        if self._replaced:
            note = "Letters that this page can't show stand as their Unicode numbers (U+…); the "
            self.centred(note + "signed record has them.", 188, size=8.5, colour=_SOFT)

    def finish(self, certificate: Certificate) -> bytes:
        """Return the file, with its title for readers of the screen and for lists of files."""
        self._pdf.set_title(f"{certificate.award}: {certificate.participant}")
        self._pdf.set_subject(certificate.competition)
        self._pdf.set_lang("en")
        self._pdf.set_creation_date(certificate.day)
        return bytes(self._pdf.output())

    def _font(self, size: float, bold: bool) -> None:
        self._pdf.set_font("inter", "B" if bold else "", size)

    def _shown(self, text: str) -> str:
        """Keep the letters that some font has; write others apart, or as their numbers."""
        plain = " ".join(unicodedata.normalize("NFC", printable(text)).split())
        return " ".join("".join(map(self._letter, plain)).split())

    def _letter(self, letter: str) -> str:
        if ord(letter) in self._known or letter == " ":
            return letter
        apart = unicodedata.normalize("NFKD", letter)
        if all(ord(part) in self._known for part in apart):
            return apart
        self._replaced = True
        return f" U+{ord(letter):04X} "


def _at_most(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]
