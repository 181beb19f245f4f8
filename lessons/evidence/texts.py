"""The verbs of texts: adding a report, replacing its text, and what becomes of its citations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons.models import Citation, Country, Passage, PassageReading, Record, Report
from lessons.models.history import told
from lessons.models.vocabulary import AnchorState, Status
from lessons.permissions import require

from .anchoring import Anchor, text_sha256
from .refinding import Spot, refind, refind_beside

BATCH = 1_000  # rows a statement
ANCHORED = (
    "passage", "exact", "prefix", "suffix", "start", "end", "text_sha256", "state",
)  # fmt: skip

NEEDS_REVIEWER = gettext_lazy(
    "Published records rest on this report: a reviewer says who may read it. Ask one."
)


@dataclass(frozen=True)
class PassageText:
    """A passage as a reader of documents hands it over."""

    text: str
    section_path: Sequence[str] = field(default_factory=tuple)
    page: int | None = None
    page_label: str = ""


@dataclass(frozen=True)
class Reanchored:
    """What became of a report's citations: those found again, those lost only now, and the
    published records sent back to review because nothing that they cite is left."""

    text_version: int
    moved: list[Citation]
    lost: list[Citation]
    sent_back: list[Record]


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
        _add_passages(report, passages)
    return report


def may_set_access(report: Report, by: Any) -> bool:
    """Whether ``by``, who may change reports, may say who reads ``report``: not without being a
    reviewer where published records rest on it."""
    if by is None or by.has_perm("lessons.review_record"):
        return True
    return not Record.objects.published().filter(citations__passage__report=report).exists()


@transaction.atomic
def set_access(report: Report, access: str, *, by: Any) -> Report:
    """Let ``access``, one of Access, say who may read a report and what rests on it alone.

    Raises PermissionDenied if ``by`` may not change reports, or if published records rest on it
    and ``by`` is no reviewer; ValidationError if there is no such access.
    """
    require(by, "change_report")
    if not may_set_access(report, by):
        raise PermissionDenied(NEEDS_REVIEWER)
    with told("set access", by=by):
        current = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
        current.access = access
        current.full_clean()
        current.save(update_fields=["access"])
    report.access = current.access
    return report


def _add_passages(report: Report, passages: Iterable[PassageText]) -> list[Passage]:
    rows = (
        Passage(
            report=report,
            text_version=report.text_version,
            ordinal=ordinal,
            text=passage.text,
            section_path=list(passage.section_path),
            page=passage.page,
            page_label=passage.page_label,
        )
        for ordinal, passage in enumerate(passages, start=1)
    )
    return Passage.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def retext(report: Report, passages: Iterable[PassageText], *, by: Any, reason: str) -> Reanchored:
    """Replace the text of ``report`` by a new text version, and find its citations again there.

    The passages of earlier versions stay for the citations that are lost. Raises ValidationError
    without a reason, without a text or if nothing changes; otherwise as `reanchor`.
    """
    _lock(report)
    return _replace(report, list(passages), by=by, reason=reason)


@transaction.atomic
def correct_passage(passage: Passage, *, by: Any, reason: str, **changes: Any) -> Reanchored:
    """Correct one passage of the text that is read: a new text version with the others unchanged.

    ``changes`` are fields of `PassageText`. Raises ValidationError if the passage is of a text that
    was replaced; otherwise as `retext`.
    """
    report = Report.objects.get(pk=passage.report_id)
    _lock(report)
    if passage.text_version != report.text_version:
        raise ValidationError(
            _("This text was replaced since. Correct the one that is read now."), code="superseded"
        )
    now = {one.pk: passage_text(one) for one in report.passages.current()}
    now[passage.pk] = replace(now[passage.pk], **changes)
    return _replace(report, list(now.values()), by=by, reason=reason, corrected=passage)


@transaction.atomic
def reanchor(report: Report, *, by: Any) -> Reanchored:
    """Find the citations of ``report`` that are lost, or of an earlier text, in the current text.

    A published record whose last citation is lost goes back to review. Raises PermissionDenied if
    ``by`` may not change reports, or if a published record would lose a citation and ``by`` is no
    reviewer.
    """
    require(by, "change_report")
    _lock(report)
    return _reanchor(report, list(report.passages.current()), by=by)


def passage_text(passage: Passage) -> PassageText:
    """Return a passage as a reader of documents would hand it over."""
    where = (tuple(passage.section_path), passage.page, passage.page_label)
    return PassageText(passage.text, *where)


def carried_over(report: Report, texts: Sequence[str]) -> list[PassageText]:
    """Return ``texts`` as passages, each with the section and page of the passage it replaces.

    A passage is replaced by the same text, or by the one in its place among those that changed; one
    that was added, split or merged has no section and page.
    """
    old = [passage_text(one) for one in report.passages.current()]
    found = [PassageText(text) for text in texts]
    matcher = SequenceMatcher(None, [one.text for one in old], texts, autojunk=False)
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if i2 - i1 == j2 - j1:
            found[j1:j2] = [
                replace(one, text=text) for one, text in zip(old[i1:i2], texts[j1:j2], strict=True)
            ]
    return found


def foresee(verb: Callable[..., Reanchored], *args: Any, **kwargs: Any) -> Reanchored:
    """Return what ``verb`` would do, and do nothing: what it writes is rolled back."""
    with transaction.atomic():
        outcome = verb(*args, **kwargs)
        transaction.set_rollback(True)
    return outcome


def _lock(report: Report) -> None:
    """Let nobody cite or replace the text meanwhile, and read which version it is.

    The report is locked before any record, as by all that locks both.
    """
    current = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    report.text_version = current.text_version


def _replace(
    report: Report,
    passages: list[PassageText],
    *,
    by: Any,
    reason: str,
    corrected: Passage | None = None,
) -> Reanchored:
    require(by, "change_report")
    _check_text(report, passages, reason)
    # Counted from the passages: a replacement that was undone has left its own.
    newest = report.passages.aggregate(newest=Max("text_version"))["newest"] or 0
    with told("retext", by=by, reason=reason):
        replaced, report.text_version = report.text_version, max(newest, report.text_version) + 1
        report.save(update_fields=["text_version"])
        added = _add_passages(report, passages)
        _carry_readings(report, replaced, added)
        return _reanchor(report, added, by=by, corrected=corrected)


def _carry_readings(report: Report, replaced: int, passages: list[Passage]) -> None:
    """Let what was read stay read where the text of a passage is the same as before."""
    same = {one.text: one for one in passages}
    readings = PassageReading.objects.filter(
        passage__report=report, passage__text_version=replaced
    ).select_related("passage")
    PassageReading.objects.bulk_create(
        (
            PassageReading(passage=passage, reader_id=one.reader_id, state=one.state, at=one.at)
            for one in readings
            if (passage := same.get(one.passage.text))
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _check_text(report: Report, passages: list[PassageText], reason: str) -> None:
    if not reason.strip():
        raise ValidationError(_("Say why, for whoever reads the history."), code="no_reason")
    if not passages or not all(one.text.strip() for one in passages):
        raise ValidationError(_("Each passage needs a text, and a text a passage."), code="no_text")
    if passages == [passage_text(one) for one in report.passages.current()]:
        raise ValidationError(_("This is the text that is read already."), code="unchanged")


def _reanchor(
    report: Report, passages: list[Passage], *, by: Any, corrected: Passage | None = None
) -> Reanchored:
    citations = _unsettled(report)
    spots = _spots(report, citations, passages, corrected)
    places = _free(report, citations, passages, spots)
    lost = [one for one in citations if one.pk not in places and one.state != AnchorState.LOST]
    _require_reviewer(lost, by)
    with told("reanchor", by=by):
        moved = _move(citations, places)
        Citation.objects.filter(pk__in=[one.pk for one in lost]).update(state=AnchorState.LOST)
        return Reanchored(report.text_version, moved, lost, _send_back(report, lost, by))


def _unsettled(report: Report) -> list[Citation]:
    """Return the citations that are lost or of an earlier text, their records locked."""
    settled = Q(passage__text_version=report.text_version) & ~Q(state=AnchorState.LOST)
    found = Citation.objects.filter(passage__report=report).exclude(settled)
    # Of two that would now stand at the same words, the one that still holds comes first.
    citations = sorted(
        found.select_related("passage"), key=lambda one: (one.state == AnchorState.LOST, one.pk)
    )
    locked = Record.objects.select_for_update().order_by("pk")
    records = locked.in_bulk({citation.record_id for citation in citations})
    for citation in citations:
        citation.record = records[citation.record_id]
    return citations


def _spots(
    report: Report,
    citations: list[Citation],
    passages: list[Passage],
    corrected: Passage | None,
) -> dict[int, Spot]:
    """Return where the citations stand; beside a corrected passage nothing has changed."""
    versions = {one.passage.text_version for one in citations}
    olds: dict[int, list[Passage]] = {version: [] for version in versions}
    for passage in report.passages.filter(text_version__in=versions).order_by("ordinal"):
        olds[passage.text_version].append(passage)
    texts = [one.text for one in passages]
    if corrected is None:
        return refind(citations, olds, texts)
    replaced = corrected.text_version
    before = [one for one in citations if one.passage.text_version == replaced]
    earlier = [one for one in citations if one.passage.text_version != replaced]
    return {
        **refind(earlier, olds, texts),
        **refind_beside(corrected, before, olds.get(replaced, []), texts),
    }


def _free(
    report: Report, citations: list[Citation], passages: list[Passage], spots: dict[int, Spot]
) -> dict[int, tuple[Passage, Spot]]:
    """Return passage and spot of each citation, but no words twice for the same record."""
    records = {one.record_id for one in citations}
    standing = Citation.objects.filter(
        record__in=records, passage__report=report, passage__text_version=report.text_version
    ).exclude(pk__in=[one.pk for one in citations])
    taken = set(standing.values_list("record", "passage", "start", "end"))
    places = {}
    for one in citations:
        if spot := spots.get(one.pk):
            passage = passages[spot.number]
            words = (one.record_id, passage.pk, spot.start, spot.end)
            if words not in taken:
                taken.add(words)
                places[one.pk] = (passage, spot)
    return places


def _require_reviewer(lost: list[Citation], by: Any) -> None:
    public = [one for one in lost if one.record.status == Status.PUBLISHED]
    if public and by is not None and not by.has_perm("lessons.review_record"):
        raise PermissionDenied(
            ngettext(
                "A published record would lose %(number)d citation. "
                "A reviewer has to replace this text.",
                "Published records would lose %(number)d citations. "
                "A reviewer has to replace this text.",
                len(public),
            )
            % {"number": len(public)}
        )


def _move(citations: list[Citation], places: dict[int, tuple[Passage, Spot]]) -> list[Citation]:
    moved = [one for one in citations if one.pk in places]
    for citation in moved:
        passage, spot = places[citation.pk]
        citation.passage = passage
        citation.state = AnchorState.MOVED
        citation.text_sha256 = text_sha256(passage.text)
        for name, value in asdict(Anchor.at(passage.text, spot.start, spot.end)).items():
            setattr(citation, name, value)
    Citation.objects.bulk_update(moved, ANCHORED, batch_size=BATCH // 4)
    return moved


def _send_back(report: Report, lost: list[Citation], by: Any) -> list[Record]:
    """Send the published records that rest on nothing any more back to review, saying why."""
    holding = Citation.objects.holding().filter(record=OuterRef("pk"))
    without = Record.objects.published().filter(pk__in=[one.record_id for one in lost])
    records = list(without.filter(~Exists(holding)).order_by("pk"))
    reason = _("Its quotation is no longer found in text version %(number)d of “%(title)s”.") % {
        "number": report.text_version,
        "title": report.title,
    }
    with told("recall", by=by, reason=reason):
        now = timezone.now()
        Record.objects.filter(pk__in=[one.pk for one in records]).update(
            status=Status.IN_REVIEW, version=F("version") + 1, updated_at=now, submitted_at=now
        )
    return records
