"""The part of a record's life that everyone has seen: what it said while it was published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lessons.models import PublicEvent, Status

from .comparing import Reader
from .versions import State, Version

NOTHING = State(None, {})


def public_versions(found: list[Version], reader: Reader) -> list[Version]:
    """Return what outsiders may know of the versions ``found``, without names and reasons.

    What was written while the record was no longer public shows only in how it came back; what
    changed nothing that ``reader`` sees does not show. Numbers count anew from 1.
    """
    seen = enumerate(_seen(found, reader), start=1)
    return [replace(version, number=number) for number, version in seen]


def _seen(found: list[Version], reader: Reader) -> Iterator[Version]:
    last, public = NOTHING, False
    for version in found:
        is_public = _is_public(version.state)
        if is_public:
            event = PublicEvent.CHANGED if public else PublicEvent.PUBLISHED
            if not public or reader.compare(last, version.state):
                yield _told(version, event, last, version.state)
            last = version.state
        elif public:
            gone = (version.state.fields or {}).get("merged_into_id")
            event = PublicEvent.MERGED if gone else PublicEvent.WITHDRAWN
            yield _told(version, event, last, last)
        public = is_public


def _is_public(state: State) -> bool:
    fields = state.fields or {}
    return fields.get("status") == Status.PUBLISHED and fields.get("merged_into_id") is None


def _told(version: Version, event: PublicEvent, before: State, state: State) -> Version:
    return Version(version.number, version.at, state, before, verbs=(event.value,))
