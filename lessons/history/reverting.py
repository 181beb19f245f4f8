"""Returning a record to what it said in an earlier version: a new version, never a rewrite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lessons import curation, evidence
from lessons.models import Citation, Country, Link, Passage, Record, Tag, Theme
from lessons.models.history import told
from lessons.models.records import CONTENT

from .comparing import Difference, Names, Reader, names_of
from .events import Model, Row, columns_of
from .versions import State, state_at, versions

Selector = tuple[int, int, int]  # passage, start, end


@dataclass
class Plan:
    """What it takes to return to ``target``; ``lost`` names what is gone and cannot come back."""

    target: State
    now: State
    themes: list[Theme] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    countries: list[Country] = field(default_factory=list)
    citations: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def plan(record: Record, number: int) -> Plan:
    """Return what returning ``record`` to version ``number`` takes, writing nothing.

    Raises ValidationError if there is no such version.
    """
    found = Plan(state_at(record, number), versions(record)[-1].state)
    target = found.target
    found.themes = _still_there(Theme, target.themes, _("The theme “%(name)s” is gone."), found)
    found.tags = _still_there(Tag, target.tags, _("The tag “%(name)s” is gone."), found)
    found.countries = _still_there(
        Country, target.countries, _("The country “%(name)s” is gone."), found
    )
    found.citations = list(_citations(found))
    found.links = list(_links(record, found))
    return found


def _still_there(model: Model, keys: set[Any], gone: str, found: Plan) -> list[Any]:
    rows = model._default_manager.in_bulk(keys)
    names = names_of(model, keys - set(rows))
    found.lost += [gone % {"name": name} for name in names.values()]
    return list(rows.values())


def _selector(row: Row) -> Selector:
    return row["passage_id"], row["start"], row["end"]


def _citations(found: Plan) -> Iterator[Row]:
    """Yield the citations to have: as then, or where they were moved to since.

    A quotation belongs to the text that is read today. One that still stands on the record stays
    where re-anchoring has put it; one that was taken away comes back if its passage is still read.
    """
    rows = found.target.citations
    passages = Passage.objects.select_related("report").in_bulk({row["passage_id"] for row in rows})
    now = {row["id"]: row for row in found.now.citations}
    same = {_selector(row): row for row in found.now.citations}
    for row in rows:
        if _selector(row) in same:
            yield same[_selector(row)]
        elif _stands(row, passages.get(row["passage_id"])):
            yield row
        elif row["id"] in now:
            yield now[row["id"]]
        else:
            found.lost.append(
                _("The text that “%(exact)s” was quoted from is another by now.") % row
            )


def _stands(row: Row, passage: Passage | None) -> bool:
    return (
        passage is not None
        and passage.text_version == passage.report.text_version
        and passage.text[row["start"] : row["end"]] == row["exact"]
        and row["text_sha256"] == evidence.text_sha256(passage.text)
    )


def _links(record: Record, found: Plan) -> Iterator[Row]:
    """Yield the links to have, each end that was merged since replaced by what it was merged into.

    ``citation_id`` still names the citation of then.
    """
    ends = {row[end] for row in found.target.links for end in ("source_id", "target_id")}
    records = Record.objects.in_bulk(ends)
    kept = {row["id"] for row in found.citations} | {row["id"] for row in found.target.citations}
    others = set(
        Citation.objects.exclude(record=record)
        .filter(pk__in={row["citation_id"] for row in found.target.links} - {None})
        .values_list("pk", flat=True)
    )
    for row in found.target.links:
        source, target = (records.get(row[end]) for end in ("source_id", "target_id"))
        if source is None or target is None:
            found.lost.append(_("A record that it was linked to is gone."))
        elif row["citation_id"] not in {None, *kept, *others}:
            found.lost.append(
                _("The citation that the link %(source)s – %(target)s rested on is gone.")
                % {"source": source.code, "target": target.code}
            )
        elif _survivor(source) != _survivor(target):
            yield {**row, "source_id": _survivor(source).pk, "target_id": _survivor(target).pk}


def _survivor(record: Record) -> Record:
    while record.merged_into:
        record = record.merged_into
    return record


def changes_to_come(record: Record, found: Plan) -> list[Difference]:
    """Return what a revert would change, as differences from what the record says now."""
    parts = {key: row for key, row in found.target.parts.items() if key[0] not in (Citation, Link)}
    parts |= {(Citation, row["id"]): row for row in found.citations}
    parts |= {(Link, row["id"]): row for row in found.links}
    now, then = found.now.fields or {}, found.target.fields or {}
    fields = {**now, **{name: then.get(name) for name in CONTENT}}
    target = State(fields, parts)
    return Reader(record, Names([found.now, target])).compare(found.now, target)


@transaction.atomic
def revert(
    record: Record, number: int, *, by: Any, reason: str, leaving_out: bool = False
) -> Record:
    """Write a new version of ``record`` that says what version ``number`` said.

    Fields, themes, tags, countries, citations and links become what they were; the status stays.
    A citation that was re-anchored stays at its newer place, a link to a record that was merged
    leads to the survivor. Raises EditConflict unless ``record.version`` is current, ValidationError
    naming what is gone and cannot come back (with ``leaving_out``, the rest is restored), and what
    the verbs refuse; PermissionDenied if ``by`` may not change the record.
    """
    if not reason.strip():
        raise ValidationError(_("Say why, for whoever reads the history."), code="no_reason")
    if record.merged_into_id:
        raise ValidationError(
            _("%(code)s was merged: undo that first.") % {"code": record.code}, code="merged"
        )
    read = record.version
    record = Record.objects.select_for_update().get(pk=record.pk)
    found = plan(record, number)
    if found.lost and not leaving_out:
        raise ValidationError(found.lost, code="gone")
    if not changes_to_come(record, found):
        raise ValidationError(
            _("%(code)s says the same already.") % {"code": record.code}, code="same"
        )
    with told("revert", by=by, reason=reason, to=number):
        record.version = read  # so that a save since is noticed
        _restore(record, found, by)
    return record


def _restore(record: Record, found: Plan, by: Any) -> None:
    fields = found.target.fields or {}
    for name in CONTENT:
        setattr(record, name, fields[name])
    curation.save_record(
        record, by=by, themes=found.themes, tags=found.tags, countries=found.countries
    )
    wanted = {_joined(row) for row in found.links}
    links = Link.objects.filter(pk__in=[row["id"] for row in found.now.links])
    standing = {(link.source_id, link.predicate, link.target_id): link for link in links}
    for triple, link in standing.items():
        if triple not in wanted:
            curation.unlink(link, by=by)
    cited = {row["id"]: _cited(record, row) for row in found.citations}
    for row in found.links:
        _relink(standing.get(_joined(row)), row, _resting_on(row, found, cited), by)
    for citation in record.citations.exclude(pk__in=[one.pk for one in cited.values()]):
        evidence.uncite(citation, by=by)


def _joined(row: Row) -> tuple[int, str, int]:
    return row["source_id"], row["predicate"], row["target_id"]


def _cited(record: Record, row: Row) -> Citation:
    """Return the citation ``row`` as it stands now, written anew where it is gone or elsewhere."""
    citation = Citation.objects.filter(pk=row["id"]).first() or Citation(pk=row["id"])
    if citation.record_id == record.pk and _selector(vars(citation)) == _selector(row):
        return citation
    if citation.record_id not in {None, record.pk}:
        citation = Citation()  # that one was moved to another record and stays there
    for name in columns_of(Citation):
        if name not in {"id", "record_id"}:
            setattr(citation, name, row[name])
    citation.record = record
    citation.full_clean()
    citation.save()
    return citation


def _resting_on(row: Row, found: Plan, cited: dict[int, Citation]) -> int | None:
    """Return the citation that a link is to rest on: the one of then, or what stands for it now."""
    then = {one["id"]: _selector(one) for one in found.target.citations}
    now = {_selector(one): one["id"] for one in found.citations}
    pk = row["citation_id"]
    pk = now.get(then[pk], pk) if pk in then else pk
    return cited[pk].pk if pk in cited else pk


def _relink(standing: Link | None, row: Row, citation: int | None, by: Any) -> None:
    link = standing or Link(**{name: row[name] for name in columns_of(Link) if name != "id"})
    values = {"asserted_by": row["asserted_by"], "note": row["note"], "citation_id": citation}
    changed = {name: value for name, value in values.items() if getattr(link, name) != value}
    if standing and not changed:
        return
    for name, value in values.items():
        setattr(link, name, value)
    curation.save_link(link, by=by)
