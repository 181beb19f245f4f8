"""A page of a PDF as a picture, drawn in the sandbox: plain Python, without Django."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from ..sandbox import Refused
from ..sandbox import marked as _

NO_PAGE = _("This document has no page %(number)d.")
LARGEST = 6_000_000  # pixels, whatever the page says of its size


def draw(path: Path, number: int, width: int) -> Iterator[str]:
    """Yield page ``number`` (from 1) as WebP of ``width`` pixels, in base 64.

    Raises Refused if there is no such page.
    """
    document = pypdfium2.PdfDocument(path)
    if not 1 <= number <= len(document):
        raise Refused(NO_PAGE, number=number)
    page = document[number - 1]
    across, down = page.get_size()
    scale = min(width / across, (LARGEST / (across * down)) ** 0.5)
    picture = page.render(scale=scale).to_pil()
    held = io.BytesIO()
    picture.save(held, "WEBP", quality=80, method=2)
    yield base64.b64encode(held.getvalue()).decode()
