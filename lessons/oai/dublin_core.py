"""A record as Dublin Core (https://www.dublincore.org/specifications/dublin-core/dces/)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from lessons import citing
from lessons.citing import permalink
from lessons.models import Kind, Record

DAY = "%Y-%m-%d"


def dublin_core(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield the record as Dublin Core: element, value, and the value's language if it has one."""
    language = record.language
    reports = {c.passage.report_id: c.passage.report for c in record.citations.all()}
    yield "title", record.title, language
    yield "description", record.statement, language
    if record.discussion:
        yield "description", record.discussion, language
    for theme in record.themes.all():
        yield "subject", theme.pref_label_en, "en"
        yield "subject", theme.pref_label_fr, "fr"
    yield from (("subject", tag.name, "") for tag in record.tags.all())
    yield from (("source", citing.reference(report), "") for report in reports.values())
    yield from (("coverage", country.label_en, "en") for country in record.countries.all())
    if record.years:
        yield "coverage", record.years, ""
    if record.published_at:
        yield "date", record.published_at.astimezone(UTC).strftime(DAY), ""
    yield "type", str(Kind(record.kind).label), "en"
    yield "format", "text/html", ""
    yield "language", language, ""
    yield "identifier", permalink(record.get_absolute_url()), ""
    for link in record.links_out.all():
        yield "relation", permalink(link.target.get_absolute_url()), ""
