"""What is answered: each entity as JSON, under the names that its model has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from lessons import citing
from lessons.citing import permalink
from lessons.models import (
    Access,
    ActorType,
    AnchorState,
    AssertedBy,
    Citation,
    Claim,
    DatePrecision,
    FailureType,
    Kind,
    Level,
    Link,
    Origin,
    Passage,
    Polarity,
    Predicate,
    Record,
    Report,
    ReportType,
    Status,
    Tag,
    Theme,
    Uptake,
)


class CitationOut(Schema):
    """Words of a passage that a record rests on: W3C Web Annotation's two text selectors."""

    id: int
    record: str
    report: str
    passage: int = Field(description="The passage's number in its report")
    text_version: int
    locator: str
    exact: str
    prefix: str
    suffix: str
    start: int = Field(description="Code points from the beginning of the passage")
    end: int = Field(description="Exclusive")
    text_sha256: str
    state: AnchorState
    permalink: str

    @staticmethod
    def resolve_record(one: Citation) -> str:
        return one.record.code

    @staticmethod
    def resolve_report(one: Citation) -> str:
        return one.passage.report.slug

    @staticmethod
    def resolve_passage(one: Citation) -> int:
        return one.passage.ordinal

    @staticmethod
    def resolve_text_version(one: Citation) -> int:
        return one.passage.text_version

    @staticmethod
    def resolve_locator(one: Citation) -> str:
        return str(one.passage.locator)

    @staticmethod
    def resolve_permalink(one: Citation) -> str:
        return permalink(one.get_absolute_url())


class LinkOut(Schema):
    """``source predicate target``, and who says so."""

    id: int
    source: str
    predicate: Predicate
    target: str
    asserted_by: AssertedBy
    citation: int | None = Field(alias="citation_id", serialization_alias="citation")
    note: str

    @staticmethod
    def resolve_source(one: Link) -> str:
        return one.source.code

    @staticmethod
    def resolve_target(one: Link) -> str:
        return one.target.code


class UptakeOut(Schema):
    """What somebody says became of a record."""

    id: int
    record: str
    claim: Claim
    date: date
    date_precision: DatePrecision
    claimed_by: str
    citation: int | None = Field(alias="citation_id", serialization_alias="citation")
    url: str
    note: str

    @staticmethod
    def resolve_record(one: Uptake) -> str:
        return one.record.code


class RecordOut(Schema):
    """A lesson, failure, actor or recommendation with all that hangs on it."""

    code: str
    kind: Kind
    title: str
    statement: str
    discussion: str
    language: str
    phase: str
    year_from: int | None
    year_to: int | None
    countries: list[str]
    themes: list[str] = Field(description="Slugs")
    tags: list[str] = Field(description="Names")
    polarity: Polarity | None
    level: Level | None
    origin: Origin | None
    applies_when: str | None
    failure_type: FailureType | None
    consequence: str | None
    actor_type: ActorType | None
    aliases: list[str] | None
    external_ids: dict[str, Any] | None
    number: str | None
    identifier: str | None
    status: Status
    version: int = Field(description="What If-Match names")
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    permalink: str
    citations: list[CitationOut]
    links: list[LinkOut] = Field(description="In both directions")
    uptake: list[UptakeOut]

    @staticmethod
    def resolve_polarity(one: Record) -> str | None:
        return one.polarity or None

    @staticmethod
    def resolve_level(one: Record) -> str | None:
        return one.level or None

    @staticmethod
    def resolve_origin(one: Record) -> str | None:
        return one.origin or None

    @staticmethod
    def resolve_failure_type(one: Record) -> str | None:
        return one.failure_type or None

    @staticmethod
    def resolve_actor_type(one: Record) -> str | None:
        return one.actor_type or None

    @staticmethod
    def resolve_countries(one: Record) -> list[str]:
        return sorted(country.code for country in one.countries.all())

    @staticmethod
    def resolve_themes(one: Record) -> list[str]:
        return [theme.slug for theme in one.themes.all()]

    @staticmethod
    def resolve_tags(one: Record) -> list[str]:
        return sorted(tag.name for tag in one.tags.all())

    @staticmethod
    def resolve_permalink(one: Record) -> str:
        return permalink(one.get_absolute_url())

    @staticmethod
    def resolve_citations(one: Record) -> list[Citation]:
        return list(one.citations.all())

    @staticmethod
    def resolve_links(one: Record) -> list[Link]:
        return [*one.links_out.all(), *one.links_in.all()]

    @staticmethod
    def resolve_uptake(one: Record) -> list[Uptake]:
        return list(one.uptake.all())


class ReportOut(Schema):
    """A source, described with Dublin Core's terms."""

    slug: str
    title: str
    subtitle: str
    authors: list[str]
    commissioned_by: str
    publisher: str
    issued: date | None
    issued_precision: DatePrecision
    type: ReportType
    symbol: str
    isbn: str
    doi: str
    url: str
    language: str
    rights: str
    note: str
    access: Access
    countries: list[str]
    file_sha256: str | None
    page_count: int | None
    text_version: int
    created_at: datetime
    reference: str = Field(description="As a bibliography prints it (Chicago, author-date)")
    permalink: str

    @staticmethod
    def resolve_countries(one: Report) -> list[str]:
        return sorted(country.code for country in one.countries.all())

    @staticmethod
    def resolve_reference(one: Report) -> str:
        return citing.reference(one)

    @staticmethod
    def resolve_permalink(one: Report) -> str:
        return permalink(one.get_absolute_url())


class PassageOut(Schema):
    """A passage of the text that is read."""

    report: str
    ordinal: int
    text_version: int
    section_path: list[str]
    page: int | None
    page_label: str
    locator: str
    text: str
    permalink: str

    @staticmethod
    def resolve_report(one: Passage) -> str:
        return one.report.slug

    @staticmethod
    def resolve_locator(one: Passage) -> str:
        return str(one.locator)

    @staticmethod
    def resolve_permalink(one: Passage) -> str:
        return permalink(one.get_absolute_url())


class ThemeOut(Schema):
    """A SKOS concept."""

    slug: str
    notation: str
    pref_label: dict[str, str]
    alt_labels: dict[str, list[str]]
    scope_note: dict[str, str]
    broader: str | None
    related: list[str]
    exact_match: str
    deprecated: bool
    replaced_by: str | None
    permalink: str

    @staticmethod
    def resolve_pref_label(one: Theme) -> dict[str, str]:
        return {"en": one.pref_label_en, "fr": one.pref_label_fr}

    @staticmethod
    def resolve_alt_labels(one: Theme) -> dict[str, list[str]]:
        return {"en": one.alt_labels_en, "fr": one.alt_labels_fr}

    @staticmethod
    def resolve_scope_note(one: Theme) -> dict[str, str]:
        return {"en": one.scope_note_en, "fr": one.scope_note_fr}

    @staticmethod
    def resolve_broader(one: Theme) -> str | None:
        return one.broader.slug if one.broader else None

    @staticmethod
    def resolve_replaced_by(one: Theme) -> str | None:
        return one.replaced_by.slug if one.replaced_by else None

    @staticmethod
    def resolve_related(one: Theme) -> list[str]:
        return [other.slug for other in one.related.all()]

    @staticmethod
    def resolve_permalink(one: Theme) -> str:
        return permalink(one.get_absolute_url())


class TagOut(Schema):
    """A free word or phrase."""

    name: str
    slug: str
    retired: bool
    merged_into: str | None

    @staticmethod
    def resolve_merged_into(one: Tag) -> str | None:
        return one.merged_into.slug if one.merged_into else None


class CountryOut(Schema):
    """A country of ISO 3166, former ones too."""

    code: str
    label_en: str
    label_fr: str
    former: bool


class ValueOut(Schema):
    """One value of a facet."""

    value: str
    label: str
    count: int
    depth: int
    selected: bool


class FacetOut(Schema):
    """A parameter to narrow by, its values counted as if none were chosen."""

    name: str
    label: str
    values: list[ValueOut]


class RecordsOut(Schema):
    """A part of a list of records."""

    items: list[RecordOut]
    next: str | None = Field(description="The address of what follows")
    count: int | None = Field(None, description="All that is found, if asked for")
    facets: list[FacetOut] | None = Field(None, description="If asked for")


class ProblemOut(Schema):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
