"""Linked data: JSON-LD and Turtle hold one graph, and citations are Web Annotations."""

import json
from typing import Any

import pytest
from django.test import Client
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from lessons import curation
from lessons.models import Country, Kind, Theme
from tests.factories import cite, make_published, make_report, make_theme

pytestmark = [
    pytest.mark.django_db,
    # What rdflib's reader of JSON-LD says of itself.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]

OA = Namespace("http://www.w3.org/ns/oa#")
SCHEMA = Namespace("https://schema.org/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SITE = "http://127.0.0.1:8000"
HOSTILE = 'He said: "a\\b" \n\t\x01 <b> é 😀 \'\'\' """ . ; @en ^^<x>'


@pytest.fixture
def stock(db: None) -> Any:
    """A lesson with everything, in a chain, its words as hostile as they may be."""
    report = make_report((HOSTILE, "Second."), slug="one", title=HOSTILE[:200], publisher="UN",
                         authors=["Doe, Jane", "A Body"], doi="10.1/<x>", rights="All \\ of it",
                         url="https://x.example/a?q={z}", commissioned_by="C")  # fmt: skip
    theme = make_theme(slug="warning", alt_labels_en=["alert", HOSTILE[:90]], scope_note_fr="Oui.",
                       exact_match="https://y.example/<t>")  # fmt: skip
    make_theme(slug="narrow", broader=theme).related.add(make_theme(slug="other"))
    make_theme(slug="old", deprecated=True, replaced_by=theme)
    rwanda = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    lesson = make_published(
        passage=report.passages.get(ordinal=2), title=HOSTILE[:200], statement=HOSTILE,
        discussion=HOSTILE, themes=[theme], tags=["a", "b"], countries=[rwanda], year_from=1990,
        year_to=1994, polarity="to_avoid", language="xx_bad",
    )  # fmt: skip
    cite(lesson, report.passages.get(ordinal=1))
    actor = make_published(Kind.ACTOR, aliases=["The Cabinet"], language="fr")
    failure = make_published(Kind.FAILURE)
    curation.link(actor, "failed_in", failure, by=None)
    curation.link(lesson, "drawn_from", failure, by=None)
    curation.claim_uptake(lesson, by=None, claim="accepted", date="2001-02-03", claimed_by="A",
                          url="https://a.example")  # fmt: skip
    return lesson


def graphs(client: Client, path: str) -> tuple[Graph, Graph]:
    found = []
    for suffix, form in (("jsonld", "json-ld"), ("ttl", "turtle")):
        body = b"".join(client.get(f"{path}.{suffix}"))
        found.append(Graph().parse(data=body, format=form))
    return found[0], found[1]


def test_json_ld_and_turtle_hold_the_same_graph(client: Client, stock: Any) -> None:
    for path in ("/records", f"/records/{stock.code}", "/themes", "/themes/warning", "/reports",
                 "/reports/one"):  # fmt: skip
        one, other = graphs(client, path)
        one.remove((None, SCHEMA.dateCreated, None))
        other.remove((None, SCHEMA.dateCreated, None))
        assert len(one) > 5
        assert isomorphic(one, other), path


def test_a_record_is_a_work_with_its_words_themes_and_sources(client: Client, stock: Any) -> None:
    graph, _turtle = graphs(client, "/lessons")
    node = URIRef(f"{SITE}/records/{stock.code}/")
    assert (node, RDF.type, SCHEMA.CreativeWork) in graph
    assert (node, SCHEMA.abstract, Literal(HOSTILE)) in graph  # its language is no language tag
    assert (node, SCHEMA.about, URIRef(f"{SITE}/themes/warning/")) in graph
    assert (node, SCHEMA.citation, URIRef(f"{SITE}/reports/one/")) in graph
    assert graph.value(node, SCHEMA.temporalCoverage) == Literal("1990/1994")
    report = URIRef(f"{SITE}/reports/one/")
    assert (report, RDF.type, SCHEMA.Report) in graph
    assert graph.value(report, SCHEMA.datePublished) == Literal("1996-03-01")


def test_an_actor_is_an_agent_and_links_lead_on(client: Client, stock: Any) -> None:
    graph, _turtle = graphs(client, "/actors")
    (agent,) = graph.subjects(RDF.type, URIRef("urn:hindsight:Actor"))
    assert (agent, RDF.type, SCHEMA.Organization) in graph
    assert (agent, SCHEMA.alternateName, Literal("The Cabinet")) in graph
    assert "/records/F-" in str(graph.value(agent, URIRef("urn:hindsight:failed_in")))


def test_a_citation_has_the_shape_of_a_web_annotation(client: Client, stock: Any) -> None:
    """https://www.w3.org/TR/annotation-model/: required and recommended properties."""
    body = b"".join(client.get("/lessons.jsonld"))
    nodes = json.loads(body)["@graph"]
    annotations = {one["id"]: one for one in nodes if one["type"] == "Annotation"}
    assert len(annotations) == 2
    for citation in stock.citations.select_related("passage__report"):
        one = annotations[f"{SITE}{citation.get_absolute_url()}"]
        assert set(one) == {"id", "type", "motivation", "body", "target"}
        assert one["body"] == f"{SITE}/records/{stock.code}/"
        assert one["target"]["type"] == "SpecificResource"
        assert one["target"]["source"] == f"{SITE}{citation.passage.get_absolute_url()}"
        quote, position = one["target"]["selector"]
        assert (quote["type"], quote["exact"]) == ("TextQuoteSelector", citation.exact)
        assert quote.get("prefix", "") == citation.prefix
        assert quote.get("suffix", "") == citation.suffix
        assert position == {
            "type": "TextPositionSelector", "start": citation.start, "end": citation.end,
        }  # fmt: skip
        text = citation.passage.text
        assert text[position["start"] : position["end"]] == quote["exact"]


def test_the_terms_of_annotations_are_those_of_the_standard(client: Client, stock: Any) -> None:
    graph, _turtle = graphs(client, "/lessons")
    for one in graph.subjects(RDF.type, OA.Annotation):
        assert graph.value(one, OA.motivatedBy) == OA.linking
        assert graph.value(one, OA.hasBody)
        selectors = list(graph.objects(graph.value(one, OA.hasTarget), OA.hasSelector))
        assert {graph.value(s, RDF.type) for s in selectors} == {
            OA.TextQuoteSelector, OA.TextPositionSelector,
        }  # fmt: skip
        starts = [graph.value(one, OA.start) for one in selectors]
        (start,) = [one for one in starts if one is not None]
        assert str(start.datatype).endswith("nonNegativeInteger")


def test_the_themes_are_a_skos_scheme(client: Client, stock: Any) -> None:
    _json, graph = graphs(client, "/themes")
    scheme, theme = URIRef(f"{SITE}/themes/"), URIRef(f"{SITE}/themes/warning/")
    assert set(graph.objects(scheme, SKOS.hasTopConcept)) == {
        theme, URIRef(f"{SITE}/themes/other/"),
    }  # fmt: skip
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) == Theme.objects.count()
    for concept in concepts:
        labels = list(graph.objects(concept, SKOS.prefLabel))
        assert sorted(str(label.language) for label in labels) == ["en", "fr"]
        assert graph.value(concept, SKOS.inScheme) == scheme
    narrow, old = URIRef(f"{SITE}/themes/narrow/"), URIRef(f"{SITE}/themes/old/")
    assert (narrow, SKOS.broader, theme) in graph
    assert (theme, SKOS.narrower, narrow) in graph
    assert (theme, SKOS.altLabel, Literal("alert", lang="en")) in graph
    assert (theme, SKOS.exactMatch, URIRef("https://y.example/%3Ct%3E")) in graph
    assert str(graph.value(old, URIRef("http://purl.org/dc/terms/isReplacedBy"))) == str(theme)


def test_a_themes_own_graph_is_that_theme_and_its_narrower_ones(client: Client, stock: Any) -> None:
    _json, graph = graphs(client, "/themes/warning")
    found = {str(one) for one in graph.subjects(RDF.type, SKOS.Concept)}
    assert found == {f"{SITE}/themes/warning/", f"{SITE}/themes/narrow/"}
