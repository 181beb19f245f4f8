"""What a table may refer to: themes, tags, countries and actors by name, records by their keys."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import override

from lessons.exporters.rows import Rows
from lessons.exporters.selection import SEPARATOR
from lessons.models import Country, Kind, Link, Record, Report, ReportType, Tag, Theme
from lessons.models.records import CODE, KINDS_BY_LETTER

from .cells import CellError, folded, quoted

SUGGESTED, CLOSE = 3, 0.6
LOOKED_UP = 200  # unknown names of a file for which like ones are looked for: that is slow
IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")


class Names:
    """One vocabulary by all that people call its members; says what may be meant by another."""

    def __init__(self, what: str) -> None:
        """``what`` is the sentence for an unknown name, with ``%(name)s``."""
        self.what = what
        self.members: dict[str, Any] = {}
        self._words: dict[str, str] = {}
        self._unknown: dict[str, str] = {}

    def add(self, member: Any, names: Iterable[str]) -> None:
        """Let ``member`` go by ``names``, unless another goes by one of them already."""
        for name in names:
            if (key := folded(name)) and key not in self.members:
                self.members[key], self._words[key] = member, name

    def get(self, name: str) -> Any:
        """Return the member called ``name``; raises CellError, naming those that may be meant."""
        key = folded(name)
        if key in self.members:
            return self.members[key]
        if key not in self._unknown:
            self._unknown[key] = self._message(name, key)
        raise CellError(self._unknown[key])

    def _message(self, name: str, key: str) -> str:
        said = self.what % {"name": name}
        if len(self._unknown) >= LOOKED_UP:
            return said
        close = difflib.get_close_matches(key, self.members, SUGGESTED, CLOSE)
        if not close:
            return said
        near = ", ".join(quoted(self._words[one]) for one in close)
        return f"{said} {_('Is it %(near)s?') % {'near': near}}"


def themes() -> Names:
    """Return the themes by slug, notation and labels in both languages."""
    found = Names(_("There is no theme “%(name)s”. Make it first, or write another."))
    rows = list(Theme.objects.select_related("replaced_by").order_by("deprecated", "pk"))
    for theme in rows:
        found.add(theme, (theme.slug, theme.notation, theme.pref_label_en, theme.pref_label_fr))
    for theme in rows:
        found.add(theme, (*theme.alt_labels_en, *theme.alt_labels_fr))
    return found


def countries() -> Names:
    """Return the countries, former ones too, by code and name in both languages."""
    found = Names(_("There is no country “%(name)s”. Write its name or its code of three letters."))
    for country in Country.objects.order_by("former", "pk"):
        labels = (country.label_en, country.label_fr)
        found.add(country.pk, (country.pk, *labels, *(IN_BRACKETS.sub("", one) for one in labels)))
    return found


def tags() -> dict[str, Tag]:
    """Return the tags by their names in small letters, what was merged as its survivor."""
    rows = Tag.objects.select_related("merged_into")
    return {tag.name.lower(): tag.merged_into or tag for tag in rows}


@dataclass(frozen=True)
class ActorName:
    """An actor, or several that go by one name."""

    pks: tuple[int, ...]

    @property
    def codes(self) -> str:
        return ", ".join(f"{Kind.ACTOR.letter}-{pk}" for pk in self.pks)


def actors() -> Names:
    """Return the actors by title and other names."""
    found = Names(
        _(
            "There is no actor “%(name)s”. Import or write it first, "
            "or write the name of one that is there."
        )
    )
    by_name: dict[str, dict[str, set[int]]] = {}
    rows = Record.objects.filter(kind=Kind.ACTOR, merged_into=None).order_by("pk")
    for pk, title, aliases in rows.values_list("pk", "title", "aliases").iterator():
        for name in (title, *(aliases or [])):
            by_name.setdefault(folded(name), {}).setdefault(name, set()).add(pk)
    for spelled in by_name.values():
        found.add(ActorName(tuple(sorted(set().union(*spelled.values())))), spelled)
    return found


def id_of(code: str, kind: str = "") -> int | None:
    """Return the id in a code such as ``L-12``; None if it is none, or none of ``kind``."""
    match = CODE.fullmatch(code.strip())
    if not match or (kind and KINDS_BY_LETTER[match[1].upper()] != kind):
        return None
    return int(match[2])


class Operator:
    """Who sits at the console and sees everything."""

    def has_perm(self, _permission: str) -> bool:
        """Whether anything may be done: it may."""
        return True


class Existing:
    """The records that some rows name, with what hangs on them, in a few queries for all."""

    def __init__(
        self,
        ids: set[int],
        identifiers: set[str],
        columns: Iterable[str],
        by: Any,
        *,
        resting: bool = False,
    ) -> None:
        """``columns`` are those of exports whose words are asked for, as ``by`` sees them;
        ``resting``, whether it is asked what the records rest on."""
        wanted = Record.objects.filter(pk__in=ids) | Record.objects.filter(
            identifier__in=identifiers
        )
        out = Prefetch("links_out", Link.objects.select_related("target"))
        parts: list[Any] = ["themes", "tags", "countries", "links_in", out]
        if resting:
            parts.append("citations__passage__report")
        found = wanted.select_related("merged_into").prefetch_related(*parts)
        self.by_id = {record.pk: record for record in found}
        self.by_identifier = {one.identifier: one for one in found if one.identifier}
        self.columns, self.by = ("code", *columns), by or Operator()
        self._said = self._words(self.by_id)

    def by_code(self, code: str) -> Record | None:
        """Return the record with this code, if it is there and its letter fits."""
        record = self.by_id.get(id_of(code) or 0)
        return record if record and record.code == code.strip().upper() else None

    def said(self, record: Record, column: str) -> str:
        """Return what an export says of a record in ``column``, in one's own language."""
        return self._said.get(record.pk, {}).get(column, "")

    def said_in(self, language: str, record: Record, column: str) -> str:
        """Return what an export says in another language: a query for each cell."""
        with override(language):
            return self._words([record.pk]).get(record.pk, {}).get(column, "")

    def _words(self, ids: Iterable[int]) -> dict[int, dict[str, str]]:
        rows = Rows(self.by, self.columns).read(list(ids))
        return {
            id_of(row["code"]) or 0: {name: _cell(value) for name, value in row.items()}
            for row in rows
        }


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return SEPARATOR.join(value)
    return "" if value is None else str(value)


class Ends:
    """The kinds of the records that links lead to, asked for a batch at a time."""

    def __init__(self, ids: set[int]) -> None:
        rows = Record.objects.filter(pk__in=ids, merged_into=None).values_list("pk", "kind")
        self.kinds = dict(rows)

    def kind(self, code: str) -> str:
        """Return the kind of a record; raises CellError if there is none with this code."""
        pk = id_of(code)
        kind = self.kinds.get(pk or 0, "")
        if not kind or id_of(code, kind) is None:
            raise CellError(_("There is no record %(code)s.") % {"code": code})
        return kind


class Held:
    """The reports that have the address or title of a source and are no datasets."""

    def __init__(self, urls: set[str], titles: set[str]) -> None:
        reports = Report.objects.exclude(type=ReportType.DATASET)
        by_url = reports.filter(url__in=urls - {""}).values_list("url", "slug")
        by_title = reports.filter(title__in=titles).values_list("title", "slug")
        self.slugs = dict(by_title) | dict(by_url)
