"""What a row rests on: a source that it names, and the words that it brings."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lessons.models import Report

from . import cells, known
from .cells import CellError

SLUG_WORDS = 60
valid_url = URLValidator(schemes=["http", "https"])


def key_of(source: dict[str, Any]) -> str:
    """Return what tells one source from another: its address, or else its title."""
    return source["url"] or source["title"]


def slug_of(source: dict[str, Any]) -> str:
    """Return the name in the address of a source's report, the same each time."""
    return _slug(key_of(source), source["title"])


@lru_cache
def _slug(key: str, title: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:10]
    return f"{slugify(title)[:SLUG_WORDS].strip('-') or 'source'}-{digest}"


def title_of(text: str) -> str:
    """Return a source's title as one line; raises CellError if it is too long."""
    return _fitting(cells.line_of(text), "title")


def url_of(text: str) -> str:
    """Return an address with its scheme; raises CellError if it is none."""
    url = text if "://" in text or not text else f"https://{text}"
    if url:
        try:
            valid_url(url)
        except ValidationError:
            raise CellError(
                _("“%(cell)s” is no address. Write it as in https://example.org/report.")
                % {"cell": text}
            ) from None
    return _fitting(url, "url")


def publisher_of(text: str) -> str:
    """Return a publisher as one line; raises CellError if it is too long."""
    return _fitting(cells.line_of(text), "publisher")


def authors_of(text: str) -> list[str]:
    """Return authors, between which stand semicolons."""
    return cells.parts(text, ";")


def _fitting(text: str, name: str) -> str:
    most = Report._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    if len(text) > most:
        raise CellError(
            _("The cell has %(length)d characters, and %(most)d fit. Shorten it.")
            % {"length": len(text), "most": most}
        )
    return text


def check_held(source: dict[str, Any], held: known.Held) -> None:
    """Raise CellError if the source is a report that is here with a text of its own."""
    slug = held.slugs.get(source["url"]) or held.slugs.get(source["title"])
    if slug:
        raise CellError(
            _(
                "“%(title)s” is a report here with a text of its own (%(slug)s): leave the source "
                "out and quote it in the workbench, or name another."
            )
            % {"title": source["title"], "slug": slug}
        )
