"""Records as a document: grouped, each with its quotations, and the sources numbered at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons import citing
from lessons.citing import permalink
from lessons.models import Citation, Kind, Predicate, Record, Report, Theme
from lessons.models.vocabulary import AnchorState

from .complete import complete
from .selection import About, Briefing, Entry, Quotation, Section, Source
from .sources import source

Place = tuple[str, str]  # what a section is ordered by, and its title; empty: at the end
DETAILS = ("number", "polarity", "level", "origin", "failure_type", "actor_type", "phase")
ACTING = ("responsible_for", "failed_in", "addressed_to", "warned_of", "affected_by", "part_of")


def briefing(
    ids: Iterable[int], user: Any, about: About, group: str, notes: Mapping[int, str]
) -> Briefing:
    """Return the records as a document; each of them once, in the order of the list."""
    records = list(complete(ids, user))
    reports = _bibliography(records)
    numbers = {report.pk: number for number, report in enumerate(reports, start=1)}
    place = _placing(group, about)
    sections: dict[Place, list[Entry]] = defaultdict(list)
    for record in records:
        sections[place(record)].append(_entry(record, numbers, notes.get(record.pk, "")))
    return Briefing(
        about=about,
        sections=tuple(
            Section(title or _rest(group), tuple(sections[key, title]))
            for key, title in sorted(sections, key=lambda one: (not one[1], one))
        ),
        sources=tuple(map(source, reports)),
        words=_words(len(records)),
    )


def of_sources(about: About, found: tuple[Source, ...]) -> Briefing:
    """Return a document of sources alone."""
    held = ngettext("%(count)d report", "%(count)d reports", len(found)) % {"count": len(found)}
    return Briefing(about, (), found, _words(0) | {"nothing": "", "held": held})


def _bibliography(records: list[Record]) -> list[Report]:
    reports = {c.passage.report_id: c.passage.report for r in records for c in r.citations.all()}
    return sorted(reports.values(), key=lambda one: (citing.reference(one).casefold(), one.pk))


def _placing(group: str, about: About) -> Callable[[Record], Place]:
    """Return what says of a record in which section it stands."""
    if group == "theme":
        asked = Theme.objects.with_narrower(Theme.objects.filter(slug__in=about.themes))
        return lambda record: _by_theme(record, asked if about.themes else set())
    return {"actor": _by_actor, "report": _by_report}.get(group, lambda _record: ("", ""))


def _by_theme(record: Record, asked: set[int]) -> Place:
    themes = sorted(
        record.themes.all(), key=lambda one: (one.pk not in asked, _natural(one.notation))
    )
    return (_natural(themes[0].notation), themes[0].label) if themes else ("", "")


def _natural(notation: str) -> str:
    """Return ``1.10`` so that it comes after ``1.9``."""
    return ".".join(part.zfill(6) for part in notation.split("."))


def _by_actor(record: Record) -> Place:
    if record.kind == Kind.ACTOR:
        return record.title.casefold(), record.title
    actors = [
        (ACTING.index(link.predicate) if link.predicate in ACTING else len(ACTING), other.title)
        for link, other in _linked(record)
        if other.kind == Kind.ACTOR
    ]
    title = min(actors)[1] if actors else ""
    return title.casefold(), title


def _by_report(record: Record) -> Place:
    for citation in record.citations.all():
        report = citation.passage.report
        return citing.reference(report).casefold(), report.full_title
    return "", ""


def _rest(group: str) -> str:
    """Return the title of what stands in no other section; nothing where nothing is grouped."""
    titles = {"theme": _("Without a theme"), "actor": _("Without an actor"),
              "report": _("Without a source")}  # fmt: skip
    return titles.get(group, "")


def _entry(record: Record, numbers: Mapping[int, int], note: str) -> Entry:
    return Entry(
        code=record.code,
        kind=record.get_kind_display(),
        title=record.title,
        statement=record.statement,
        discussion=tuple(filter(None, map(str.strip, record.discussion.splitlines()))),
        details=tuple(_details(record)),
        quotations=tuple(_quotation(one, numbers) for one in record.citations.all()),
        address=permalink(record.get_absolute_url()),
        language=record.language,
        note=note,
    )


def _details(record: Record) -> Iterator[tuple[str, str]]:
    """Yield label and value of what a reader asks next."""
    if record.applies_when:
        yield _("Applies when"), record.applies_when
    if record.consequence:
        yield _("Consequence"), record.consequence
    links: dict[str, list[str]] = defaultdict(list)
    for link, other in _linked(record):
        predicate = Predicate(link.predicate)
        outward = link.source_id == record.pk
        label = str(predicate.label) if outward else predicate.inverse_label
        links[label].append(f"{other.title} ({other.code})")
    for label, others in links.items():
        yield _capital(label), "; ".join(others)
    for claim in record.uptake.all():
        yield _capital(claim.get_claim_display()), f"{claim.claimed_by}, {claim.date.year}"
    facts = [_shown(record, name) for name in DETAILS]
    facts += [record.years, ", ".join(one.label for one in record.countries.all())]
    if any(facts):
        yield _("Facts"), " · ".join(filter(None, facts))
    if themes := ", ".join(theme.label for theme in record.themes.all()):
        yield _("Themes"), themes
    if tags := ", ".join(tag.name for tag in record.tags.all()):
        yield _("Tags"), tags


def _linked(record: Record) -> list[tuple[Any, Record]]:
    return [(link, link.target) for link in record.links_out.all()] + [
        (link, link.source) for link in record.links_in.all()
    ]


def _shown(record: Record, name: str) -> str:
    display = getattr(record, f"get_{name}_display", None)
    return str((display() if display else getattr(record, name)) or "")


def _quotation(citation: Citation, numbers: Mapping[int, int]) -> Quotation:
    report = citation.passage.report
    lost = citation.state == AnchorState.LOST
    return Quotation(
        words=citation.exact,
        cited=citing.in_text(citation.passage),
        address=permalink(citation.get_absolute_url()),
        number=numbers[report.pk],
        language=report.language,
        remark=_("no longer found in the text") if lost else "",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(total: int) -> dict[str, str]:
    """Return the document's own words; ``{0}`` and ``{1}`` are a page and their number."""
    return {
        "briefing": _("Briefing"),
        "contents": _("Contents"),
        "asked": _("What was asked"),
        "everything": _("Everything in this list"),
        "order": _("Order"),
        "held": ngettext("%(count)d record", "%(count)d records", total) % {"count": total},
        "date": _("Date"),
        "address": _("This list today"),
        "vocabulary": _("Vocabulary"),
        "cite": _("Cite as"),
        "sources": _("Sources"),
        "quotation": _("“%(words)s”") % {"words": "{0}"},
        "note": _("Note"),
        "page": _("Page %(page)s of %(pages)s") % {"page": "{0}", "pages": "{1}"},
        "nothing": _("No record matches."),
        "unshown": _(
            "Characters of scripts that this installation has no font for are shown as ▯; "
            "the Word file has them."
        ),
    }
