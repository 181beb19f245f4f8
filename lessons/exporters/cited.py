"""How sources are cited, said once for each report, so that the database can put it into rows."""

from __future__ import annotations

from typing import Any

from lessons import citing
from lessons.models import Citation, Passage, Report

SMALL = 1000  # records whose own reports are looked up; for more, all reports are
MARK = "\x1f"  # stands for what differs from row to row; no name of a source holds it


class Cited:
    """The pieces that citations are made of: those of ``citing``, taken apart at what varies.

    Of the reports that ``user`` may read, and no others.
    """

    def __init__(self, user: Any) -> None:
        self._readable = Report.objects.visible_to(user)
        self._known: dict[int, tuple[str, str, str]] = {}  # in the order of a bibliography
        self._complete = False

    def values(self, ids: list[int]) -> dict[str, Any]:
        """Return the parameters of the column of quotations for the records with these ids."""
        reports = self._reports(ids)
        before, behind, references = zip(*reports.values(), strict=True) if reports else ((),) * 3
        return {
            **_pieces(),
            "report_ids": list(reports),
            "places": list(range(len(reports))),
            "befores": list(before),
            "behinds": list(behind),
            "references": list(references),
        }

    def _reports(self, ids: list[int]) -> dict[int, tuple[str, str, str]]:
        if len(ids) <= SMALL:
            cited = Report.objects.filter(passages__citations__record__in=ids)
            wanted = self._readable.filter(pk__in=cited.order_by().values("pk"))
            return {one.pk: _said(one) for one in wanted}
        if not self._complete:
            self._known = {one.pk: _said(one) for one in self._readable.iterator()}
            self._complete = True
        return self._known


def _said(report: Report) -> tuple[str, str, str]:
    """Return what stands before and behind the place in a citation, and the reference."""
    marked = citing.in_text(Passage(report=report, page_label=MARK))
    before, _mark, behind = marked.partition(Passage(page_label=MARK).locator)
    return before, behind, citing.reference(report)


def _pieces() -> dict[str, str]:
    passage = Passage(report=Report(title="t"), page_label="p")
    marked = citing.quotation(Citation(exact=MARK, passage=passage))
    opening, _mark, closing = marked.removesuffix(citing.in_text(passage)).partition(MARK)
    page, _mark, after_page = Passage(page_label=MARK).locator.partition(MARK)
    para, _mark, after_para = Passage(ordinal=0).locator.partition("0")
    return {
        "opening": opening,
        "closing": closing,
        "page": page,
        "after_page": after_page,
        "para": para,
        "after_para": after_para,
    }
