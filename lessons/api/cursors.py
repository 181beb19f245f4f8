"""Cursors: where a list goes on, whatever was written to it since.

A cursor of a list of records names its place and the last records that were shown. They are looked
for near that place, so what was put in or taken out before them moves nothing past the reader.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lessons.search import BadQuery, Found

ANCHORS = 5  # records that are looked for; the last may have been withdrawn, or moved elsewhere
NEAR = 500  # places to either side in which they are looked for first


@dataclass(frozen=True)
class Cursor:
    """The place from which a list goes on, and the ids of what stood last before it."""

    place: int = 0
    last: tuple[int, ...] = ()

    @classmethod
    def read(cls, text: str, query: str) -> Cursor:
        """Read what `written` wrote for the same ``query``; raises BadQuery for anything else."""
        if not text:
            return cls()
        try:
            place, last, mark = json.loads(base64.b64decode(padded(text), altchars=b"-_"))
            ids = tuple(_number(pk) for pk in last)
            cursor = cls(_number(place), ids)
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise BadQuery(_("cursor: take it from the answer before, as it is.")) from error
        if mark != _mark(query):
            raise BadQuery(_("cursor: it belongs to another query. Begin without one."))
        return cursor

    def written(self, query: str) -> str:
        """Return it as one word for an address."""
        content = json.dumps([self.place, self.last, _mark(query)], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()

    def after(self, ids: Sequence[int]) -> Cursor:
        """Return the cursor that follows once ``ids`` have been shown from here."""
        return Cursor(self.place + len(ids), tuple([*self.last, *ids][-ANCHORS:]))


def padded(text: str) -> str:
    """Return Base64 with the padding that an address does without."""
    return text + "=" * (-len(text) % 4)


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _mark(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()[:8]


def following(found: Found, cursor: Cursor, number: int) -> tuple[list[int], Cursor | None]:
    """Return up to ``number`` ids that follow ``cursor``, and the cursor of what follows them."""
    begin = _begin(found, cursor)
    # What was shown may have moved behind the place where we go on.
    there = found.ids(begin, begin + number + 1 + ANCHORS)
    ids = [pk for pk in there if pk not in cursor.last]
    shown = ids[:number]
    return shown, Cursor(begin, cursor.last).after(shown) if len(ids) > number else None


def _begin(found: Found, cursor: Cursor) -> int:
    if not cursor.last:
        return cursor.place
    first = max(0, cursor.place - NEAR)
    near = found.ids(first, cursor.place + NEAR)
    at = _found_again(near, first, cursor)
    if at is None and found.total > cursor.place + NEAR:
        at = _found_again(found.ids(), 0, cursor)
    return cursor.place if at is None else at


def _found_again(ids: Sequence[int], first: int, cursor: Cursor) -> int | None:
    """Return the place after the record that moved the least; None if none of them is there."""
    places = {pk: place for place, pk in enumerate(ids, start=first)}
    began = cursor.place - len(cursor.last)
    goes_on = [
        (abs(places[pk] - was), -was, places[pk] + 1)
        for was, pk in enumerate(cursor.last, start=began)
        if pk in places
    ]
    return min(goes_on)[2] if goes_on else None
