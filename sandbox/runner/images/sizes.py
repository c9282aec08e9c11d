"""How large an image is made. All sizes are (height, width) in pixels.

The rounding is that of transformers' ``image_transforms`` and of its YOLOS and ConvNeXT
processors: one pixel more or less is another input.
"""

from dataclasses import dataclass

Size = tuple[int, int]
_WARPED_FROM = 384


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactly:
    """To one size, whatever the image's proportions."""

    size: Size

    def of(self, image: Size) -> Size:
        return self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortestEdge:
    """Keeps the proportions: the shorter side gets ``edge``, unless the longer one then exceeds
    ``longest``. ``multiple`` cuts both sides to a multiple of it, as YOLOS does."""

    edge: int
    longest: int | None = None
    multiple: int = 1

    def of(self, image: Size) -> Size:
        height, width = image
        short, long = min(image), max(image)
        edge: float = self.edge
        if self.longest is not None and long / short * self.edge > self.longest:
            edge = self.longest * short / long
        shorter = round(edge)
        fits = short == shorter and (self.multiple == 1 or width >= height)  # as YOLOS has it
        longer = long if fits else int(edge * long / short)
        found = (longer, shorter) if width < height else (shorter, longer)
        return _cut(found[0], self.multiple), _cut(found[1], self.multiple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Keeps the proportions: as large as fits into a box."""

    size: Size

    def of(self, image: Size) -> Size:
        scale = min(self.size[0] / image[0], self.size[1] / image[1])
        return max(1, int(image[0] * scale)), max(1, int(image[1] * scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """ConvNeXT's: the shorter side gets ``edge / share`` and the middle is cut out; from 384
    pixels on the image is warped to a square instead."""

    edge: int
    share: float

    @property
    def crop(self) -> Size | None:
        return (self.edge, self.edge) if self.edge < _WARPED_FROM else None

    def of(self, image: Size) -> Size:
        if self.crop is None:
            return self.edge, self.edge
        return ShortestEdge(edge=int(self.edge / self.share)).of(image)


Resize = Exactly | ShortestEdge | Within | Share


def _cut(side: int, multiple: int) -> int:
    """To a multiple; never to nothing, where transformers raises."""
    return max(multiple, side - side % multiple)
