"""The terms of linked data, said once for JSON-LD and Turtle.

schema.org for records and reports, SKOS for themes, W3C Web Annotation for citations: the terms of
the latter are those of its own context (https://www.w3.org/ns/anno.jsonld), written out, since a
file must be read without asking another server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PREFIXES = {
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "oa": "http://www.w3.org/ns/oa#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "hindsight": "urn:hindsight:",
}
TYPES = {
    "schema": (
        "CreativeWork",
        "Report",
        "Dataset",
        "Person",
        "Organization",
        "Country",
        "ItemList",
    ),
    "skos": ("Concept", "ConceptScheme"),
    "oa": ("Annotation", "SpecificResource", "TextQuoteSelector", "TextPositionSelector"),
    "hindsight": ("Lesson", "Failure", "Actor", "Recommendation", "Claim"),
}  # fmt: skip
TEXTS = {
    "schema": (
        "name", "alternateName", "abstract", "text", "inLanguage", "keywords", "identifier",
        "datePublished", "version", "creativeWorkStatus", "temporalCoverage", "numberOfItems",
        "numberOfPages", "reportNumber", "isbn", "copyrightNotice", "creditText", "description",
        "dateCreated", "alternativeHeadline", "position",
    ),
    "skos": ("notation",),
    "oa": ("exact", "prefix", "suffix"),
    "dcterms": ("bibliographicCitation", "title"),
    "owl": ("deprecated",),
    "hindsight": ("polarity", "level", "origin", "failure_type", "consequence", "actor_type",
                  "applies_when", "phase", "claim", "claimed_by", "date", "note"),
}  # fmt: skip
# Values are other nodes, or nested ones.
NODES = {
    "schema": ("about", "citation", "spatialCoverage", "author", "publisher", "sponsor", "sameAs",
               "isPartOf", "url"),
    "skos": ("inScheme", "broader", "narrower", "related", "exactMatch", "topConceptOf",
             "hasTopConcept"),
    "dcterms": ("isReplacedBy",),
    "hindsight": (
        "uptake", "responsible_for", "failed_in", "affected_by", "warned_of", "caused_by", "led_to",
        "drawn_from", "addresses", "addressed_to", "contradicts", "refines", "part_of",
    ),
}  # fmt: skip
BY_LANGUAGE = {"skos": ("prefLabel", "altLabel", "scopeNote")}
ANNOTATIONS: dict[str, Any] = {
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "linking": "oa:linking",
}


def _all(terms: Mapping[str, tuple[str, ...]], **more: str) -> dict[str, Any]:
    return {
        term: {"@id": f"{prefix}:{term}", **{f"@{k}": v for k, v in more.items()}}
        for prefix, names in terms.items()
        for term in names
    }


CONTEXT: dict[str, Any] = {
    **PREFIXES,
    "id": "@id",
    "type": "@type",
    **_all(TYPES),
    **_all(TEXTS),
    **_all(NODES, type="@id"),
    **_all(BY_LANGUAGE, container="@language"),
    **ANNOTATIONS,
}


def iri(address: str) -> str:
    """Return an address in which nothing ends it: what no IRI may hold is percent-encoded."""
    return re.sub(r'[\0-\x20<>"{}|\\^`]', lambda found: f"%{ord(found[0]):02X}", address)


def said(text: str, language: str) -> Any:
    """Return a text in its language; without, where that is no language tag (RFC 5646)."""
    tagged = re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", language)
    return {"@value": text, "@language": language.lower()} if tagged else text
