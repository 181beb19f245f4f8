"""How a source is cited: (Author, Year, p. n) in a text, Chicago author-date in a bibliography."""

from django.utils import formats
from django.utils.translation import gettext as _

from .models import Citation, Passage, Report
from .models.vocabulary import DatePrecision

MAX_NAMED = 3  # authors named in the text; more become "et al."


def family_name(author: str) -> str:
    """Return what stands before the comma: all of a body's name, a person's family name."""
    return author.partition(",")[0].strip()


def authors_short(report: Report) -> str:
    """Return the authors as an in-text citation names them; the title where there are none."""
    names = [family_name(author) for author in report.authors]
    if not names:
        return report.title
    if len(names) > MAX_NAMED:
        return _("%(first)s et al.") % {"first": names[0]}
    return _(" and ").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def year(report: Report) -> str:
    """Return the year of issue, ``n.d.`` where none is known."""
    return str(report.issued.year) if report.issued else _("n.d.")


def issued(report: Report) -> str:
    """Return the date of issue, no more precisely than it is known."""
    if not report.issued:
        return _("n.d.")
    pattern = {
        DatePrecision.YEAR: "Y",
        DatePrecision.MONTH: "YEAR_MONTH_FORMAT",
        DatePrecision.DAY: "DATE_FORMAT",
    }[DatePrecision(report.issued_precision)]
    return formats.date_format(report.issued, pattern)


def in_text(passage: Passage) -> str:
    """Return ``(LaRose-Edwards, 1994, para. 3)``, with the printed page where there is one."""
    report = passage.report
    return f"({authors_short(report)}, {year(report)}, {passage.locator})"


def reference(report: Report) -> str:
    """Return the bibliography entry, Chicago author-date (17th ed., 15.6), as plain text."""
    parts = [
        "; ".join(report.authors),
        year(report),
        report.full_title,
        report.symbol,
        _("Commissioned by %(body)s") % {"body": report.commissioned_by}
        if report.commissioned_by
        else "",
        report.publisher,
        _doi_url(report) or report.url,
    ]
    return " ".join(
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part
    )


def quotation(citation: Citation) -> str:
    """Return the quotation with its source, ready for a memo."""
    return f"{_('“%(words)s”') % {'words': citation.exact}} {in_text(citation.passage)}"


def _doi_url(report: Report) -> str:
    return f"https://doi.org/{report.doi}" if report.doi else ""
