"""What a cell says: its text without markup, its years, dates, choices and lists."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from lessons.models import Record

MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|th|tbody|thead|font|img|sup"
    r"|sub|script|style|blockquote|pre|hr)\b[^<>]*>|&(?:nbsp|amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+"
    r"|[a-z]+(?:acute|grave|circ|uml|cedil|dash|quo));",
    re.IGNORECASE,
)
BLOCKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol",
          "blockquote", "pre", "hr"}  # fmt: skip
UNSEEN = {"script", "style"}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SPACES = re.compile(r"[^\S\n]+")
BLANK_LINES = re.compile(r"\n{3,}")
YEAR = re.compile(r"(\d{4})(?:\.0+)?")
ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?")
BY_PLACE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[T ].*)?")
FIRST_YEAR, LAST_YEAR = 1000, 2999
MONTHS = 12


class CellError(ValueError):
    """A cell that cannot be read; the message says what is wrong and what to do."""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.pieces.append("\n• " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in BLOCKS - {"br", "li", "hr"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.pieces.append(data)


def has_markup(text: str) -> bool:
    """Whether ``text`` holds tags or entities of HTML."""
    return ("<" in text or "&" in text) and bool(MARKUP.search(text))


def without_markup(text: str) -> str:
    """Return the words of HTML, its blocks as lines; scripts and styles have none."""
    words = _Words()
    words.feed(text)
    words.close()
    return tidy("".join(words.pieces))


def tidy(text: str) -> str:
    """Return ``text`` with plain line ends and spaces, without what cannot be kept or seen."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    text = CONTROLS.sub("", text)
    text = "\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return BLANK_LINES.sub("\n\n", text).strip()


def line_of(text: str) -> str:
    """Return ``text`` as one line."""
    return " ".join(text.split())


def quoted(text: Any) -> str:
    """Return ``text`` between the quotation marks of the language."""
    return _("“%(words)s”") % {"words": text}


def parts(text: str, separator: str) -> list[str]:
    """Return the values of a cell, each once; a line end separates too."""
    lines = text.split("\n") if "\n" in text else (text,)
    found = (line_of(part) for line in lines for part in line.split(separator))
    return list(dict.fromkeys(filter(None, found)))


@lru_cache(8192)
def folded(text: str) -> str:
    """Return ``text`` as names are compared: without accents and case, spaces as one."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(plain.replace("_", " ").replace("-", " ").split())


def year(text: str, order: str) -> int:
    """Return the year that ``text`` says or that its date is in; raises CellError."""
    found = YEAR.fullmatch(text)
    number = int(found[1]) if found else int(date(text, order)[0][:4])
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise CellError(_("“%(cell)s” is no year. Write four digits.") % {"cell": text})
    return number


def date(text: str, order: str) -> tuple[str, str]:
    """Return an ISO date and how much of it is known (year, month, day); raises CellError.

    ``order`` (dmy, mdy or none) says which of 3/4/2005 is the day, where both may be.
    """
    if iso := ISO.fullmatch(text):
        year_, month, day = (int(part or 0) for part in iso.groups())
        precision = "day" if day else "month" if month else "year"
        return _checked(text, year_, month or 1, day or 1), precision
    if placed := BY_PLACE.fullmatch(text):
        first, second, year_ = (int(part) for part in placed.groups())
        day_first = first > MONTHS if max(first, second) > MONTHS else order != "mdy"
        if max(first, second) <= MONTHS and first != second and not order:
            raise CellError(
                _("“%(cell)s” may be two days: say below whether days or months come first.")
                % {"cell": text}
            )
        month, day = (second, first) if day_first else (first, second)
        return _checked(text, year_, month, day), "day"
    raise _no_date(text)


def _checked(text: str, year_: int, month: int, day: int) -> str:
    try:
        return datetime.date(year_, month, day).isoformat()
    except ValueError:
        raise _no_date(text) from None


def _no_date(text: str) -> CellError:
    return CellError(
        _("“%(cell)s” is no date. Write 2004-12-31, 2004-12 or 2004.") % {"cell": text}
    )


def choice(name: str, text: str) -> str:
    """Return the value of a record's field that ``text`` means, by value or label in either
    language; raises CellError, naming the values."""
    found = _choices(name)
    if value := found.get(folded(text)):
        return value
    values = ", ".join(dict.fromkeys(found.values()))
    raise CellError(_("“%(cell)s” is none of: %(values)s.") % {"cell": text, "values": values})


@lru_cache
def _choices(name: str) -> dict[str, str]:
    field: models.Field[Any, Any] = Record._meta.get_field(name)  # type: ignore[assignment]
    found: dict[str, str] = {}
    for language in ("en", "fr"):
        with override(language):
            found |= {folded(str(label)): value for value, label in field.flatchoices}
    return found | {folded(value): value for value, _label in field.flatchoices}
