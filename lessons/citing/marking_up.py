"""What machines read of a page: meta tags for reference managers, schema.org for search engines.

Highwire's ``citation_*`` and Dublin Core as Zotero's “Embedded Metadata” reads them; where it would
take an entry for a journal article, ``bibo:type`` tells it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from lessons.models import Citation, Record, Report
from lessons.models.vocabulary import DatePrecision

from .names import parse
from .sources import doi_url, permalink
from .works import HINDSIGHT, Work, work_of_record, work_of_report

Tag = tuple[str, str]
Node = dict[str, Any]
# How much of an ISO date is known, in characters.
KNOWN = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7, DatePrecision.DAY: 10}


def metadata_of_record(record: Record) -> list[Tag]:
    """Return name and content of the meta tags of a record's page; its themes are fetched."""
    work = work_of_record(record)
    themes = [("DC.subject", theme.label) for theme in record.themes.all()]
    about = [("bibo:type", "Webpage"), ("DC.type", "Text"), ("DC.identifier", record.code)]
    abstract = [("citation_abstract", record.statement), ("DC.description", record.statement)]
    publisher = [("citation_publisher", HINDSIGHT), ("DC.publisher", HINDSIGHT)]
    return _told([*about, *_common(work), *publisher, *abstract, *themes])


def metadata_of_report(report: Report) -> list[Tag]:
    """Return name and content of the meta tags of a report's page."""
    work = work_of_report(report)
    body = report.publisher or report.commissioned_by
    return _told(
        [
            ("bibo:type", "Report"),
            ("DC.type", "Text"),
            *_common(work),
            ("citation_technical_report_institution", body),
            ("citation_technical_report_number", report.symbol),
            ("citation_isbn", report.isbn),
            ("citation_doi", report.doi),
            ("DC.publisher", report.publisher),
            ("DC.identifier", report.symbol),
            ("DC.rights", report.rights),
        ]
    )


def _common(work: Work) -> Iterator[Tag]:
    yield "citation_title", work.title
    yield "DC.title", work.title
    for author in work.authors:
        yield "citation_author", author
        yield "DC.creator", author
    day = known_date(work.issued, work.precision)
    yield "citation_publication_date", day.replace("-", "/")
    yield "DC.date", day
    yield "citation_public_url", work.address
    yield "citation_language", work.language
    yield "DC.language", work.language


def _told(tags: Iterable[Tag]) -> list[Tag]:
    return [(name, content) for name, content in tags if content]


def known_date(day: date | None, precision: str) -> str:
    """Return a date in ISO 8601 as far as it is known; empty if it is not."""
    return day.isoformat()[: KNOWN[DatePrecision(precision)]] if day else ""


def linked_record(record: Record, citations: Iterable[Citation]) -> Node:
    """Return a record as schema.org says it; its passages' reports, themes, tags and countries
    are fetched."""
    work = work_of_record(record)
    cited = [one for one in citations if one.state != "lost"]
    reports = {one.passage.report_id: one.passage.report for one in cited}
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": work.address,
            "url": work.address,
            "identifier": record.code,
            "genre": record.kind,
            "name": record.title,
            "abstract": record.statement,
            "text": record.discussion,
            "inLanguage": record.language,
            "datePublished": record.published_at and record.published_at.isoformat(),
            "dateModified": record.updated_at and record.updated_at.isoformat(),
            "keywords": [tag.name for tag in record.tags.all()],
            "about": [_theme(theme) for theme in record.themes.all()],
            "spatialCoverage": [
                {"@type": "Country", "identifier": country.code, "name": country.label}
                for country in record.countries.all()
            ],
            "temporalCoverage": _years(record),
            "citation": [_report(report) for report in reports.values()],
            "isBasedOn": [_quotation(one) for one in cited],
            "isPartOf": _here(),
        }
    )


def linked_report(report: Report) -> Node:
    """Return a report as schema.org says it."""
    return {"@context": "https://schema.org", **_report(report)}


def _report(report: Report) -> Node:
    return _known(
        {
            "@type": "Report",
            "@id": permalink(report.get_absolute_url()),
            "url": permalink(report.get_absolute_url()),
            "sameAs": doi_url(report) or report.url,
            "name": report.full_title,
            "author": [_author(author) for author in report.authors],
            "publisher": _body(report.publisher),
            "funder": _body(report.commissioned_by),
            "datePublished": known_date(report.issued, report.issued_precision),
            "reportNumber": report.symbol,
            "inLanguage": report.language,
            "numberOfPages": report.page_count,
        }
    )


def _author(author: str) -> Node:
    name = parse(author)
    if not name.given:
        return {"@type": "Organization", "name": name.family}
    return {"@type": "Person", "familyName": name.family, "givenName": name.given}


def _body(name: str) -> Node | None:
    return {"@type": "Organization", "name": name} if name else None


def _theme(theme: Any) -> Node:
    address = permalink(theme.get_absolute_url())
    about = {"@type": "DefinedTerm", "@id": address, "name": theme.label}
    return _known({**about, "termCode": theme.notation, "sameAs": theme.exact_match})


def _quotation(citation: Citation) -> Node:
    return {
        "@type": "Quotation",
        "text": citation.exact,
        "url": permalink(citation.get_absolute_url()),
        "isPartOf": {"@id": permalink(citation.passage.report.get_absolute_url())},
    }


def _years(record: Record) -> str:
    """Return the years of the events as an interval of ISO 8601, open where one is not known."""
    if not (record.year_from or record.year_to):
        return ""
    if record.year_from == record.year_to:
        return str(record.year_from)
    return f"{record.year_from or '..'}/{record.year_to or '..'}"


def _here() -> Node:
    return {"@type": "WebSite", "name": HINDSIGHT, "url": permalink("/")}


def _known(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, "", [])}
