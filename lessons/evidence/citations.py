"""The verbs of single citations: citing a passage, choosing where a lost one stands, letting go."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lessons.models import Citation, Passage, Record, Report
from lessons.models.history import told
from lessons.models.vocabulary import AnchorState, Status
from lessons.permissions import require_edit

from .anchoring import anchor, text_sha256


@transaction.atomic
def cite(
    record: Record, passage: Passage, quotation: str, *, by: Any, start: int | None = None
) -> Citation:
    """Let ``record`` rest on the words ``quotation`` of ``passage``.

    ``start`` (a code point) says which words are meant where they stand more than once. Raises
    ValidationError as `anchor` does, if the passage is of a text that is no longer read, and if the
    record cites these words already; PermissionDenied if ``by`` may not change the record.
    """
    _hold_text(passage)
    require_edit(by, Record.objects.select_for_update().get(pk=record.pk))
    citation = Citation(record=record)
    _place(citation, passage, quotation, start)
    with told("cite", by=by):
        citation.save()
    return citation


@transaction.atomic
def resolve(
    citation: Citation, passage: Passage, quotation: str, *, by: Any, start: int | None = None
) -> Citation:
    """Let a lost citation stand at the words ``quotation`` of ``passage``, which a person chose.

    Raises ValidationError as `cite` does, if the citation is not lost, and if the passage is of
    another report; PermissionDenied if ``by`` may not change the record.
    """
    _hold_text(passage)
    record = Record.objects.select_for_update().get(pk=citation.record_id)
    require_edit(by, record)
    current = Citation.objects.select_related("passage").get(pk=citation.pk)
    if current.state != AnchorState.LOST:
        raise ValidationError(_("This citation is not lost: it was found already."), code="found")
    if current.passage.report_id != passage.report_id:
        raise ValidationError(
            _("The quotation is of another report. Take it away and cite anew."),
            code="other_report",
        )
    _place(current, passage, quotation, start)
    with told("resolve", by=by):
        current.save()
    return current


def _hold_text(passage: Passage) -> None:
    """Keep the report's text from being replaced meanwhile; refuse a text that was replaced.

    The report is locked before any record, as by all that locks both.
    """
    report = Report.objects.select_for_update(no_key=True).get(pk=passage.report_id)
    if passage.text_version != report.text_version:
        raise ValidationError(
            _(
                "The text of the report was replaced since. "
                "Open it again and quote what it says now."
            ),
            code="superseded",
        )


def _place(citation: Citation, passage: Passage, quotation: str, start: int | None) -> None:
    citation.passage = passage
    citation.state = AnchorState.VERIFIED
    citation.text_sha256 = text_sha256(passage.text)
    for name, value in asdict(anchor(passage.text, quotation, start=start)).items():
        setattr(citation, name, value)
    citation.full_clean()


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
