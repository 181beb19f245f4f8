"""What the cells of a row mean: the value of a field, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from lessons.models import JOINS, Kind, Predicate, Record, Tag, Theme
from lessons.models.vocabulary import predicates_between

from . import cells, known
from .cells import CellError, folded
from .fields import Field, Settings

MOST_CHARACTERS = 100_000  # of a text
MOST_OF_TAG = Tag._meta.get_field("name").max_length or 0
MOST_OF_ALIAS = 200
OUT, IN = "out", "in"
AS_EXPORTED = re.compile(r"([a-z_]+) (A-\d+)(?: .*)?")
Value = Any  # JSON: a text, a number, None, or a list of keys, names or links


class Vocabulary:
    """What names mean, read when the first one is met."""

    themes = cached_property(lambda _self: known.themes())
    countries = cached_property(lambda _self: known.countries())
    tags = cached_property(lambda _self: known.tags())
    actors = cached_property(lambda _self: known.actors())


class Reader:
    """Reads cells; ``ends`` are the records that links of this batch may lead to."""

    def __init__(self, settings: Settings, vocabulary: Vocabulary, ends: known.Ends) -> None:
        self.settings, self.vocabulary, self.ends = settings, vocabulary, ends

    def read(self, field: Field, text: str, kind: str, record: Record | None) -> Value:
        """Return what ``text`` means for a record of ``kind``; raises CellError."""
        if not text:
            return _nothing(field)
        read: Callable[..., Value] = getattr(self, f"_{field.form}")
        return read(field, text, kind, record)

    def _line(self, field: Field, text: str, _kind: str, _record: Any) -> str:
        text = cells.line_of(text)
        return _not_longer(text, Record._meta.get_field(field.name).max_length or 0)  # type: ignore[union-attr]

    def _text(self, _field: Field, text: str, _kind: str, _record: Any) -> str:
        return _not_longer(text, MOST_CHARACTERS)

    def _choice(self, field: Field, text: str, _kind: str, _record: Any) -> str:
        return cells.choice(field.name, text)

    def _year(self, _field: Field, text: str, _kind: str, _record: Any) -> int:
        return cells.year(text, self.settings.date_order)

    def _list(self, _field: Field, text: str, _kind: str, _record: Any) -> list[str]:
        return [_not_longer(one, MOST_OF_ALIAS) for one in self._parts(text)]

    def _tags(self, _field: Field, text: str, _kind: str, record: Record | None) -> list[str]:
        return list(dict.fromkeys(_each(self._parts(text), lambda one: self._tag(one, record))))

    def _tag(self, name: str, record: Record | None) -> str:
        tag = self.vocabulary.tags.get(_not_longer(name, MOST_OF_TAG).lower())
        if tag and tag.retired and not (record and tag in record.tags.all()):
            raise CellError(_("“%(name)s” is retired: choose another tag.") % {"name": name})
        return tag.name if tag else name

    def _themes(self, _field: Field, text: str, _kind: str, record: Record | None) -> list[int]:
        return list(dict.fromkeys(_each(self._parts(text), lambda one: self._theme(one, record))))

    def _theme(self, name: str, record: Record | None) -> int:
        theme: Theme = self.vocabulary.themes.get(name)
        if theme.deprecated and not (record and theme in record.themes.all()):
            said = _("“%(name)s” is deprecated: choose another theme.") % {"name": name}
            if theme.replaced_by:
                said += " " + _("“%(name)s” takes its place.") % {"name": theme.replaced_by.label}
            raise CellError(said)
        return theme.pk

    def _countries(self, _field: Field, text: str, _kind: str, _record: Any) -> list[str]:
        return list(dict.fromkeys(_each(self._parts(text), self.vocabulary.countries.get)))

    def _actors(self, field: Field, text: str, kind: str, _record: Any) -> list[list[Any]]:
        return _each(self._parts(text), lambda one: self._linked_actor(field, one, kind))

    def _linked_actor(self, field: Field, text: str, kind: str) -> list[Any]:
        """Return the link to an actor, named or written as by exports: predicate, code, name."""
        predicate = ""
        if (told := AS_EXPORTED.match(text)) and told[1] in Predicate:
            predicate, text = told[1], told[2]
        predicate, way = _predicate_to_actor(field.name, kind, predicate)
        return [predicate, self._actor(text), way]

    def _actor(self, name: str) -> int:
        if known.id_of(name) and self.ends.kind(name) == Kind.ACTOR:
            return known.id_of(name) or 0
        found: known.ActorName = self.vocabulary.actors.get(name)
        if len(found.pks) > 1:
            raise CellError(
                _("Several actors are called “%(name)s”: write the code (%(codes)s).")
                % {"name": name, "codes": found.codes}
            )
        return found.pks[0]

    def _links(self, _field: Field, text: str, kind: str, _record: Any) -> list[list[Any]]:
        return _each(self._parts(text), lambda one: self._link(one, kind))

    def _link(self, text: str, kind: str) -> list[Any]:
        words, _space, code = text.rpartition(" ")
        predicate = _predicates().get(folded(words))
        if predicate is None:
            raise CellError(
                _("“%(cell)s” is no link. Write, for example, “drawn_from F-7”.") % {"cell": text}
            )
        _check_joins(predicate, kind, self.ends.kind(code))
        return [predicate.value, known.id_of(code), OUT]

    def _parts(self, text: str) -> list[str]:
        return cells.parts(text, self.settings.separator)


@cache
def _predicates() -> dict[str, Predicate]:
    """Return the predicates by value and label in both languages."""
    found = {folded(one.value): one for one in Predicate}
    for language in ("en", "fr"):
        with override(language):
            found |= {folded(str(one.label)): one for one in Predicate}
    return found


def _nothing(field: Field) -> Value:
    if field.form in {"themes", "tags", "countries", "list", "actors", "links"}:
        return []
    # What only one kind has is null where there is none, as in `models.records`.
    only_one = len(field.kinds) == 1
    return None if field.form == "year" or only_one else ""


def _not_longer(text: str, most: int) -> str:
    if len(text) > most:
        raise CellError(
            _("The cell has %(length)d characters, and %(most)d fit: “%(beginning)s…”. Shorten it.")
            % {"length": len(text), "most": most, "beginning": text[:40]}
        )
    return text


def _each(names: Iterable[str], read: Callable[[str], Any]) -> list[Any]:
    """Return what each name means; raises one CellError for all that mean nothing."""
    found, wrong = [], []
    for name in names:
        try:
            found.append(read(name))
        except CellError as error:
            wrong.append(str(error))
    if wrong:
        raise CellError(" ".join(wrong))
    return found


@lru_cache
def _predicate_to_actor(name: str, kind: str, said: str) -> tuple[str, str]:
    """Return the predicate between a record of ``kind`` and an actor, and its direction.

    ``said`` is what the cell itself says, if it does.
    """
    out = predicates_between(kind, Kind.ACTOR)
    both = [(one, OUT) for one in out] + [
        (one, IN) for one in predicates_between(Kind.ACTOR, kind) if one not in out
    ]
    wanted = said or name.removeprefix("actor_")
    fitting = both if wanted == "actors" else [p for p in both if p[0].value == wanted]
    if len(fitting) == 1:
        return fitting[0][0].value, fitting[0][1]
    names = ", ".join(cells.quoted(one.label) for one, _way in both)
    if wanted == "actors":
        raise CellError(_("Say below what the column's actors are: %(names)s.") % {"names": names})
    raise CellError(
        _("“%(field)s” does not join a %(kind)s and an actor. What does: %(names)s.")
        % {"field": Predicate(wanted).label, "kind": Kind(kind).label, "names": names}
    )


def _check_joins(predicate: Predicate, source: str, target: str) -> None:
    if (Kind(source), Kind(target)) not in JOINS[predicate]:
        words = {
            "predicate": predicate.label,
            "source": Kind(source).label,
            "target": Kind(target).label,
        }
        raise CellError(_("“%(predicate)s” does not join %(source)s and %(target)s.") % words)
