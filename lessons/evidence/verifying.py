"""Verifying that every citation holds, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lessons.models import Citation, Record, Report
from lessons.models.vocabulary import AnchorState

from .anchoring import misplaced

CHUNK = 500  # rows held at a time


@dataclass(frozen=True)
class Finding:
    """A citation that is lost (for a person to resolve) or that fails, and what is wrong."""

    record: str
    report: str
    passage: int | None
    text_version: int | None
    citation: int | None
    lost: bool
    wrong: str


class Verifier:
    """Reads all citations (of one report, if given) once; ``checked`` counts them as it goes."""

    def __init__(self, report: Report | None = None) -> None:
        self.report = report
        self.checked = 0

    def findings(self) -> Iterator[Finding]:
        """Yield what is lost and what fails: citations first, then unsupported records."""
        yield from self._citations()
        yield from self._records()

    def _citations(self) -> Iterator[Finding]:
        rows = Citation.objects.order_by("pk")
        if self.report:
            rows = rows.filter(passage__report=self.report)
        columns = (
            "pk", "record", "record__kind", "state", "exact", "start", "end", "text_sha256",
            "passage__text", "passage__ordinal", "passage__text_version",
            "passage__report__slug", "passage__report__text_version",
        )  # fmt: skip
        for row in rows.values_list(*columns).iterator(chunk_size=CHUNK):
            pk, record, kind, state, *words, text, ordinal, version, slug, current = row
            self.checked += 1
            wrong = misplaced(text, *words)
            lost = state == AnchorState.LOST and not wrong
            if lost:
                wrong = _("it is not found in the text that is read")
            elif not wrong and version != current:
                wrong = _("its text was replaced by version %(number)d") % {"number": current}
            if wrong:
                code = Record(pk=record, kind=kind).code
                yield Finding(code, slug, ordinal, version, pk, lost, wrong)

    def _records(self) -> Iterator[Finding]:
        holding = Citation.objects.holding().filter(record=OuterRef("pk"))
        rows = Record.objects.published().filter(~Exists(holding), merged_into=None).order_by("pk")
        if self.report:
            ours = Citation.objects.filter(record=OuterRef("pk"), passage__report=self.report)
            rows = rows.filter(Exists(ours))
        wrong = _("it is published without a citation that holds")
        for pk, kind in rows.values_list("pk", "kind").iterator(chunk_size=CHUNK):
            yield Finding(Record(pk=pk, kind=kind).code, "", None, None, None, False, wrong)
