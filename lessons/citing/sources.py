"""How a report is cited: (Author, Year, p. n) in a text, Chicago author-date in a bibliography."""

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from lessons.models import Citation, Passage, Report
from lessons.models.vocabulary import DatePrecision

from .names import family_name

MAX_NAMED = 3  # authors named in the text; more become "et al."


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


def quotation(citation: Citation) -> str:
    """Return the quotation with its source, ready for a memo."""
    return f"{_('“%(words)s”') % {'words': citation.exact}} {in_text(citation.passage)}"


def doi_url(report: Report) -> str:
    """Return the address of the report's DOI; empty if it has none."""
    return f"https://doi.org/{report.doi}" if report.doi else ""


def permalink(path: str) -> str:
    """Return the whole address of a path of this installation."""
    return f"{settings.PUBLIC_URL}{path}"
