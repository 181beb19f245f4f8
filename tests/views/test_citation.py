"""“Cite this” on the pages, and what machines read of them."""

import json
import re
from html import unescape
from typing import Any

import bibtexparser
import pytest
import rispy
from django.test import Client

from lessons.models import Country
from tests.factories import make_published, make_record, make_report, make_theme
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def tags(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, content in re.findall(r'<meta name="([^"]+)" content="([^"]*)">', text_of(response)):
        found.setdefault(name, []).append(content)
    return found


def node(response: Any) -> dict[str, Any]:
    (data,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', text_of(response), re.DOTALL
    )
    return json.loads(data)


def test_each_page_that_can_be_cited_says_how(client: Client) -> None:
    theme = make_theme(slug="warning", pref_label_en="Early warning")
    report = make_report(slug="crisis", title="The Crisis")
    record = make_published(
        passage=report.passages.get(ordinal=1), title="Warnings need a reader", themes=[theme]
    )
    for path, cited in (
        (f"/records/{record.code}/", f"“Warnings need a reader.” Lesson {record.code}. Accessed"),
        ("/reports/crisis/", "Doe, Jane. 1996. The Crisis . Accessed in Hindsight"),
        ("/themes/warning/", "Hindsight. n.d. “Early warning.” Theme T"),
        ("/lessons/?theme=warning&page=1", "“Lessons (Theme: Early warning).” Search. Accessed"),
    ):
        words = words_of(client.get(path))
        assert "Cite this" in words
        assert cited in words
        assert f" {SITE}{path.removesuffix('&page=1')}" in words


def codes(response: Any) -> list[str]:
    found = re.findall(r'<pre class="to-copy"[^>]*>(.*?)</pre>', text_of(response), re.DOTALL)
    return [unescape(text) for text in found]


def test_programs_take_a_citation_as_bibtex_and_ris(client: Client) -> None:
    report = make_report(slug="crisis", title="The {Crisis} & after", symbol="A/54")
    record = make_published(passage=report.passages.get(ordinal=1), title="Warnings & readers")
    bibtex, ris = codes(client.get(record.get_absolute_url()))
    (entry,) = bibtexparser.parse_string(bibtex).entries
    assert (entry.entry_type, entry.key) == ("misc", f"hindsight-{record.code}")
    assert entry["author"] == "{Hindsight}"
    (read,) = rispy.loads(ris)
    assert (read["type_of_reference"], read["title"]) == ("ELEC", "Warnings & readers")
    assert read["urls"] == [f"{SITE}{record.get_absolute_url()}"]
    assert read["notes"][0].startswith("Accessed ")
    bibtex, ris = codes(client.get("/reports/crisis/"))
    (entry,) = bibtexparser.parse_string(bibtex).entries
    assert (entry.entry_type, entry.key, entry["number"]) == ("techreport", "crisis", "A/54")
    assert rispy.loads(ris)[0]["type_of_reference"] == "RPRT"


def test_reference_managers_read_a_record_as_a_page_of_ours(client: Client) -> None:
    theme = make_theme(pref_label_en="Early warning")
    record = make_published(title="Warnings", statement="Listen & act.", themes=[theme])
    found = tags(client.get(record.get_absolute_url()))
    day = record.published_at.date().isoformat()
    assert found["bibo:type"] == ["Webpage"]
    assert found["citation_title"] == found["DC.title"] == ["Warnings"]
    assert found["citation_author"] == ["Hindsight"]
    assert found["citation_public_url"] == [f"{SITE}{record.get_absolute_url()}"]
    assert found["citation_abstract"] == ["Listen &amp; act."]
    assert found["citation_publication_date"][0][:4] == found["DC.date"][0][:4] == day[:4]
    assert found["DC.subject"] == ["Early warning"]


def test_reference_managers_read_a_report_as_a_report(client: Client) -> None:
    report = make_report(
        slug="crisis", authors=["Doe, Jane", "United Nations"], publisher="UN", symbol="A/54/549",
        issued="1999-12-01", issued_precision="month", doi="10.1000/1",
    )  # fmt: skip
    found = tags(client.get(report.get_absolute_url()))
    assert found["bibo:type"] == ["Report"]
    assert found["citation_author"] == ["Doe, Jane", "United Nations"]
    assert found["citation_technical_report_institution"] == ["UN"]
    assert found["citation_technical_report_number"] == ["A/54/549"]
    assert (found["citation_publication_date"], found["DC.date"]) == (["1999/12"], ["1999-12"])
    assert found["citation_doi"] == ["10.1000/1"]
    assert "citation_isbn" not in found


def test_a_record_is_linked_data(client: Client) -> None:
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    report = make_report(slug="crisis")
    record = make_published(
        passage=report.passages.get(ordinal=1), year_from=1993, year_to=1994,
        themes=[make_theme(slug="warning")], tags=["mandate"], countries=[country],
    )  # fmt: skip
    data = node(client.get(record.get_absolute_url()))
    assert data["@id"] == f"{SITE}{record.get_absolute_url()}"
    assert (data["@type"], data["identifier"]) == ("CreativeWork", record.code)
    assert (data["temporalCoverage"], data["keywords"]) == ("1993/1994", ["mandate"])
    assert data["spatialCoverage"][0]["identifier"] == "RWA"
    assert data["about"][0]["@id"] == f"{SITE}/themes/warning/"
    assert data["citation"][0]["author"] == [
        {"@type": "Person", "familyName": "Doe", "givenName": "Jane"}
    ]
    assert data["isBasedOn"][0]["isPartOf"] == {"@id": data["citation"][0]["@id"]}


def test_no_text_ends_the_block_of_data(client: Client) -> None:
    evil = "</script><script>alert(1)</script> & <!--"
    response = client.get(make_published(title=evil).get_absolute_url())
    assert "<script>alert" not in text_of(response)
    assert node(response)["name"] == evil


def test_a_draft_tells_nobody_of_a_feed(signed_in, analyst) -> None:
    text = text_of(signed_in(analyst).get(make_record().get_absolute_url()))
    assert "Cite this" in text
    assert "application/atom+xml" not in text
