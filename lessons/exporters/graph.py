"""Records, reports and themes as nodes of linked data; their terms stand in linked.py."""

from __future__ import annotations

from collections.abc import Iterable

from lessons.citing import permalink
from lessons.models import Citation, Kind, Record, Theme, Uptake
from lessons.models.vocabulary import ActorType

from .linked import iri, said
from .selection import About, Node, Source

OWN = ("polarity", "level", "origin", "failure_type", "actor_type", "phase")


def of_export(about: About) -> Node:
    """Return the node of an export itself."""
    return _without_empty(
        {
            "id": iri(about.address),
            "type": "ItemList",
            "name": about.title,
            "description": about.query,
            "numberOfItems": about.records,
            "dateCreated": about.exported,
            "creditText": about.cite_as,
        }
    )


def of_record(record: Record) -> Node:
    """Return a record: an actor is an agent, everything else a work."""
    reports = {c.passage.report.pk: c.passage.report for c in record.citations.all()}
    title = said(record.title, record.language)
    node: Node = {
        "id": _address(record),
        "type": [_kind(record), Kind(record.kind).value.capitalize()],
        "identifier": record.code,
        "name": title,
        "abstract": said(record.statement, record.language),
        "text": record.discussion and said(record.discussion, record.language),
        "applies_when": record.applies_when and said(record.applies_when, record.language),
        "consequence": record.consequence and said(record.consequence, record.language),
        "alternateName": record.aliases or [],
        "inLanguage": record.language,
        "about": [iri(permalink(theme.get_absolute_url())) for theme in record.themes.all()],
        "keywords": [tag.name for tag in record.tags.all()],
        "spatialCoverage": [
            {"type": "Country", "identifier": one.code, "name": one.label}
            for one in record.countries.all()
        ],
        "temporalCoverage": "/".join(record.years.split("–")),
        "citation": [iri(permalink(report.get_absolute_url())) for report in reports.values()],
        "creativeWorkStatus": record.status,
        "datePublished": record.published_at and record.published_at.date().isoformat(),
        "version": record.version,
        "uptake": [_claim(one) for one in record.uptake.all()],
        **{name: getattr(record, name) for name in OWN},
    }
    for link in record.links_out.all():
        node.setdefault(link.predicate, []).append(_address(link.target))
    return _without_empty(node)


def of_citation(citation: Citation) -> Node:
    """Return a citation as a Web Annotation: the record is about these words of the passage."""
    passage = citation.passage
    quote = {"exact": citation.exact, "prefix": citation.prefix, "suffix": citation.suffix}
    return {
        "id": iri(permalink(citation.get_absolute_url())),
        "type": "Annotation",
        "motivation": "linking",
        "body": _address(citation.record),
        "target": {
            "type": "SpecificResource",
            "source": iri(permalink(passage.get_absolute_url())),
            "selector": [
                _without_empty({"type": "TextQuoteSelector", **quote}),
                {"type": "TextPositionSelector", "start": citation.start, "end": citation.end},
            ],
        },
    }


def of_source(source: Source) -> Node:
    """Return a report."""
    return _without_empty(
        {
            "id": iri(source.address),
            "type": "Dataset" if source.type == "dataset" else "Report",
            "name": said(source.title, source.language),
            "alternativeHeadline": source.subtitle and said(source.subtitle, source.language),
            "author": [
                {"type": "Person" if "," in name else "Organization", "name": name}
                for name in source.authors
            ],
            "publisher": _body(source.publisher),
            "sponsor": _body(source.commissioned_by),
            "datePublished": source.date,
            "reportNumber": source.symbol,
            "isbn": source.isbn,
            "sameAs": [iri(f"https://doi.org/{source.doi}")] if source.doi else [],
            "url": iri(source.url),
            "inLanguage": source.language,
            "numberOfPages": source.pages,
            "copyrightNotice": source.rights,
            "bibliographicCitation": source.reference,
        }
    )


def of_scheme(address: str, title: str, themes: Iterable[Theme]) -> Node:
    """Return the scheme of themes."""
    tops = [_theme(one) for one in themes if one.broader_id is None and not one.deprecated]
    return {"id": address, "type": "ConceptScheme", "title": title, "hasTopConcept": tops}


def of_theme(theme: Theme, scheme: str) -> Node:
    """Return a theme as a SKOS concept."""
    return _without_empty(
        {
            "id": _theme(theme),
            "type": "Concept",
            "inScheme": scheme,
            "topConceptOf": "" if theme.broader_id or theme.deprecated else scheme,
            "notation": theme.notation,
            "prefLabel": {"en": theme.pref_label_en, "fr": theme.pref_label_fr},
            "altLabel": _without_empty({"en": theme.alt_labels_en, "fr": theme.alt_labels_fr}),
            "scopeNote": _without_empty({"en": theme.scope_note_en, "fr": theme.scope_note_fr}),
            "broader": _theme(theme.broader) if theme.broader else "",
            "narrower": [_theme(one) for one in theme.narrower.all()],
            "related": [_theme(one) for one in theme.related.all()],
            "exactMatch": iri(theme.exact_match),
            "deprecated": theme.deprecated or None,
            "isReplacedBy": _theme(theme.replaced_by) if theme.replaced_by else "",
        }
    )


def _kind(record: Record) -> str:
    if record.kind != Kind.ACTOR:
        return "CreativeWork"
    return "Person" if record.actor_type == ActorType.PERSON else "Organization"


def _claim(uptake: Uptake) -> Node:
    source = permalink(uptake.citation.get_absolute_url()) if uptake.citation else uptake.url
    return _without_empty(
        {
            "type": "Claim",
            "claim": uptake.claim,
            "claimed_by": uptake.claimed_by,
            "date": uptake.date.isoformat(),
            "url": iri(source),
            "note": uptake.note,
        }
    )


def _body(name: str) -> Node | None:
    return {"type": "Organization", "name": name} if name else None


def _address(record: Record) -> str:
    return iri(permalink(record.get_absolute_url()))


def _theme(theme: Theme) -> str:
    return iri(permalink(theme.get_absolute_url()))


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}
