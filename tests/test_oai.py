"""OAI-PMH, harvested as libraries do: by sickle, a client that others wrote."""

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlencode

import pytest
from django.test import Client
from lxml import etree
from sickle import Sickle
from sickle.oaiexceptions import (
    BadArgument,
    BadResumptionToken,
    CannotDisseminateFormat,
    IdDoesNotExist,
    NoRecordsMatch,
)

from lessons import curation, merging
from lessons.models import Kind, Record
from lessons.oai import protocol
from tests.factories import cite, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db
DC = {"metadataPrefix": "oai_dc"}


@pytest.fixture(params=["GET", "POST"])
def harvester(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Sickle:
    """Return sickle with Django's client instead of a network."""
    client = Client(enforce_csrf_checks=True)

    def ask(_address: str, params: Any = None, data: Any = None, **_more: Any) -> Mock:
        if request.param == "GET":
            answer = client.get("/oai", params)
        else:
            body = urlencode(data)
            answer = client.post("/oai", body, content_type="application/x-www-form-urlencoded")
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        text = answer.content.decode()
        return Mock(status_code=answer.status_code, text=text, content=answer.content,
                    encoding="utf-8", raise_for_status=lambda: None)  # fmt: skip

    monkeypatch.setattr("sickle.app.requests.get", ask)
    monkeypatch.setattr("sickle.app.requests.post", ask)
    return Sickle("http://testserver/oai", http_method=request.param)


def code_of(header: Any) -> str:
    return header.identifier.rpartition(":")[2]


def test_it_says_what_it_is(harvester: Sickle) -> None:
    told = harvester.Identify()
    assert told.protocolVersion == "2.0"
    assert told.deletedRecord == "persistent"
    assert told.baseURL == "http://127.0.0.1:8000/oai"
    assert [one.metadataPrefix for one in harvester.ListMetadataFormats()] == ["oai_dc"]


def test_what_is_published_is_harvested_page_by_page(
    harvester: Sickle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "PAGE", 2)
    published = [make_published() for _number in range(5)]
    make_record(), cite(make_record())
    found = list(harvester.ListRecords(**DC))
    assert [code_of(one.header) for one in found] == [record.code for record in published]
    assert [code_of(one) for one in harvester.ListIdentifiers(**DC)] == [
        record.code for record in published
    ]


def test_a_record_is_told_in_dublin_core(harvester: Sickle) -> None:
    theme = make_theme(pref_label_en="Early warning", pref_label_fr="Alerte précoce")
    record = make_published(themes=[theme], tags=["mandate"], year_from=1994, year_to=1995,
                            title="Tell\x0b & <act>")  # fmt: skip
    failure = make_published(Kind.FAILURE)
    curation.link(record, "drawn_from", failure, by=None)
    told = harvester.GetRecord(identifier=f"oai:127.0.0.1:{record.code}", **DC).metadata
    assert told["title"] == ["Tell & <act>"]
    assert told["subject"] == ["Early warning", "Alerte précoce", "mandate"]
    assert told["identifier"] == [f"http://127.0.0.1:8000/records/{record.code}/"]
    assert told["relation"] == [f"http://127.0.0.1:8000/records/{failure.code}/"]
    assert told["coverage"] == ["1994–1995"]
    assert "Doe, Jane" in told["source"][0]
    assert told["type"] == ["lesson"]


def test_what_was_withdrawn_or_merged_is_told_to_be_deleted(harvester: Sickle) -> None:
    withdrawn = make_published(title="Never said")
    curation.withdraw(withdrawn, by=None, reason="Wrong.")
    survivor, absorbed = make_published(), make_published()
    merging.merge(survivor, absorbed, by=None)
    told = {code_of(one.header): one for one in harvester.ListRecords(**DC)}
    assert {code: one.deleted for code, one in told.items()} == {
        withdrawn.code: True, survivor.code: False, absorbed.code: True,
    }  # fmt: skip
    assert "Never said" not in told[withdrawn.code].raw


def test_a_set_holds_what_the_list_holds(harvester: Sickle) -> None:
    broader = make_theme(slug="early")
    report = make_report(slug="r")
    lesson = make_published(themes=[make_theme(slug="narrow", broader=broader)])
    failure = make_published(Kind.FAILURE, report.passages.get(ordinal=1))
    sets = {one.setSpec for one in harvester.ListSets()}
    assert sets >= {"kind:lesson", "kind:actor", "theme:early", "theme:narrow", "report:r"}
    for name, record in {
        "kind:failure": failure,
        "theme:early": lesson,
        "report:r": failure,
    }.items():
        (header,) = harvester.ListIdentifiers(set=name, **DC)
        assert code_of(header) == record.code
        assert name in header.setSpecs


def test_only_what_changed_since_is_harvested(harvester: Sickle) -> None:
    old, new = make_published(), make_published()
    Record.objects.filter(pk=old.pk).update(updated_at="2001-02-03T04:05:06.7Z")

    def found(**moments: str) -> list[str]:
        asked = {name.rstrip("_"): value for name, value in moments.items()}
        return [code_of(one) for one in harvester.ListIdentifiers(**DC, **asked)]

    assert found(until="2001-02-03") == found(until="2001-02-03T04:05:06Z") == [old.code]
    assert found(from_="2001-02-04") == [new.code]
    assert found(from_="2001-02-03T04:05:06Z") == [old.code, new.code]
    with pytest.raises(NoRecordsMatch):
        found(until="2001-02-02")


WRONG: dict[type[Exception], Callable[[Sickle], Any]] = {
    IdDoesNotExist: lambda s: s.GetRecord(identifier="oai:127.0.0.1:L-99", **DC),
    CannotDisseminateFormat: lambda s: s.ListRecords(metadataPrefix="marc21"),
    BadArgument: lambda s: s.ListRecords(**DC, set="nothing:x"),
    BadResumptionToken: lambda s: s.ListRecords(resumptionToken="WzFd"),
}


@pytest.mark.parametrize("error", WRONG)
def test_what_is_asked_wrongly_is_told_in_the_protocols_words(
    error: type[Exception], harvester: Sickle
) -> None:
    make_published()
    with pytest.raises(error):
        WRONG[error](harvester)


def test_a_draft_has_no_name_yet(harvester: Sickle) -> None:
    draft = cite(make_record())
    with pytest.raises(IdDoesNotExist):
        harvester.GetRecord(identifier=f"oai:127.0.0.1:{draft.code}", **DC)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=1999", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2001-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2001-01-01&until=2000-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=%00%FF", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=theme%3A%00", "badArgument"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%0B", "idDoesNotExist"),
    ],
)
def test_every_answer_is_xml_with_the_protocols_code(query: str, code: str, client: Client) -> None:
    make_published()
    answer = client.get(f"/oai?{query}")
    assert answer.status_code == 200
    (error,) = etree.fromstring(answer.content).iter("{http://www.openarchives.org/OAI/2.0/}error")
    assert error.get("code") == code
