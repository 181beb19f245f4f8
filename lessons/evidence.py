"""The verbs of evidence: adding a report, citing its passages, checking that citations hold."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Citation, Country, Passage, Record, Report
from .models.history import told
from .models.vocabulary import AnchorState, Status
from .permissions import require, require_edit

CONTEXT = 32  # characters kept before and after a quotation, as in most annotation clients
SAME_CHARACTER = {
    "'": "['‘’]", "‘": "['‘’]", "’": "['‘’]",
    '"': '["“”]', "“": '["“”]', "”": '["“”]',
    "-": "[-‐‑–]", "‐": "[-‐‑–]", "‑": "[-‐‑–]", "–": "[-‐‑–]",
}  # fmt: skip


@dataclass(frozen=True)
class PassageText:
    """A passage as a reader of documents hands it over."""

    text: str
    section_path: Sequence[str] = field(default_factory=tuple)
    page: int | None = None
    page_label: str = ""


@dataclass(frozen=True)
class Anchor:
    """Where a quotation stands: code points from ``start`` to ``end`` (exclusive), with context."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@transaction.atomic
def add_report(
    passages: Iterable[PassageText],
    *,
    by: Any,
    countries: Iterable[Country] = (),
    **fields: Any,
) -> Report:
    """Add a report with its passages in reading order.

    Raises ValidationError for unusable metadata, PermissionDenied if ``by`` may not add reports.
    """
    require(by, "add_report")
    report = Report(**fields)
    report.full_clean()
    with told("add report", by=by):
        report.save()
        report.countries.set(countries)
        Passage.objects.bulk_create(
            Passage(
                report=report,
                ordinal=ordinal,
                text=passage.text,
                section_path=list(passage.section_path),
                page=passage.page,
                page_label=passage.page_label,
            )
            for ordinal, passage in enumerate(passages, start=1)
        )
    return report


def anchor(text: str, quotation: str, *, start: int | None = None) -> Anchor:
    """Find ``quotation`` in ``text`` and return it as the text has it.

    Line breaks, runs of spaces and the shape of quotation marks and dashes may differ. Of several
    places the one at ``start`` (a code point) is meant. Raises ValidationError if it stands
    nowhere, or more than once and not at ``start``.
    """
    words = quotation.split()
    if not words:
        raise ValidationError(_("Quote at least one word of the passage."), code="empty")
    pattern = r"\s+".join(map(_pattern, words))
    # Looking ahead, so that occurrences that overlap are counted too.
    matches = list(re.finditer(f"(?=({pattern}))", text))
    if not matches:
        raise ValidationError(
            _("The passage does not contain “%(quotation)s”. Copy the words as they stand there."),
            code="not_found",
            params={"quotation": quotation},
        )
    if len(matches) > 1:
        matches = [match for match in matches if match.start() == start] or matches
    if len(matches) > 1:
        raise ValidationError(
            ngettext(
                "“%(quotation)s” stands %(count)d time in the passage. Quote a few words more.",
                "“%(quotation)s” stands %(count)d times in the passage. Quote a few words more.",
                len(matches),
            ),
            code="ambiguous",
            params={"quotation": quotation, "count": len(matches)},
        )
    return _anchor_at(text, *matches[0].span(1))


def _pattern(word: str) -> str:
    return "".join(SAME_CHARACTER.get(character, re.escape(character)) for character in word)


def _anchor_at(text: str, start: int, end: int) -> Anchor:
    return Anchor(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
    )


@transaction.atomic
def cite(
    record: Record, passage: Passage, quotation: str, *, by: Any, start: int | None = None
) -> Citation:
    """Let ``record`` rest on the words ``quotation`` of ``passage``.

    ``start`` (a code point) says which words are meant if they stand there more than once.
    Raises ValidationError as `anchor` does, and if the record cites these words already;
    PermissionDenied if ``by`` may not change the record.
    """
    require_edit(by, Record.objects.select_for_update().get(pk=record.pk))
    found = anchor(passage.text, quotation, start=start)
    citation = Citation(
        record=record,
        passage=passage,
        exact=found.exact,
        prefix=found.prefix,
        suffix=found.suffix,
        start=found.start,
        end=found.end,
        text_sha256=text_sha256(passage.text),
    )
    citation.full_clean()
    with told("cite", by=by):
        citation.save()
    return citation


@transaction.atomic
def uncite(citation: Citation, *, by: Any) -> None:
    """Take a citation away.

    Raises ValidationError if a published record would be left without one, or if a link or an
    uptake claim rests on it; PermissionDenied if ``by`` may not change the record.
    """
    record = Record.objects.select_for_update().get(pk=citation.record_id)
    require_edit(by, record)
    check_uncite(record, [citation])
    with told("uncite", by=by):
        citation.delete()


def check_uncite(record: Record, citations: Sequence[Citation]) -> None:
    """Raise ValidationError if ``record`` cannot do without ``citations``."""
    others = record.citations.holding().exclude(pk__in=[citation.pk for citation in citations])
    if record.status == Status.PUBLISHED and not others.exists():
        raise ValidationError(
            _(
                "%(code)s is published: it must keep a citation that holds. "
                "Cite another passage first."
            )
            % {"code": record.code},
            code="last_citation",
        )
    for citation in citations:
        if citation.links.exists() or citation.uptake.exists():
            raise ValidationError(
                _("A link or an uptake claim rests on “%(exact)s”. Change that first.")
                % {"exact": citation.exact},
                code="in_use",
            )


def holds(citation: Citation) -> bool:
    """Whether the quotation stands where the citation says, in an unchanged passage."""
    text = citation.passage.text
    return (
        citation.state != AnchorState.LOST
        and text[citation.start : citation.end] == citation.exact
        and citation.text_sha256 == text_sha256(text)
    )


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
