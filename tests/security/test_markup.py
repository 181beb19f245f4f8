"""What somebody types is text wherever it comes out: nothing takes it for markup.

The mails: tests/alerts/test_sending.py; invitations are plain text. Documents: tests/exporters.
"""

import io
import re
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from lxml import etree

from accounts.models import Role
from lessons import alerts, collecting, curation, evidence, reviewing
from lessons.models import Cue, Job, Kind, Suggestion
from tests.factories import REQUIRED, cite, make_user

pytestmark = pytest.mark.django_db
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</textarea></title>"
MARKUP = re.compile(r"<script>alert|<img src=x|</textarea></title>|49</text", re.IGNORECASE)
JAVASCRIPT = "javascript:alert(1)"


@pytest.fixture
def world() -> dict[str, Any]:
    """Put the same evil into every text that a person may write."""
    admin = make_user(Role.ADMIN, first_name=EVIL[:100], last_name=EVIL[:100])
    words = evidence.PassageText(
        f"{EVIL} one. Nobody acted.", section_path=[EVIL], page_label="1<b>"
    )
    report = evidence.add_report(
        [words], by=None, slug="r", title=EVIL, subtitle=EVIL, authors=[EVIL], publisher=EVIL,
        commissioned_by=EVIL, symbol=EVIL[:50], rights=EVIL, note=EVIL, issued="1996-03-01",
    )  # fmt: skip
    passage = report.passages.get()
    records = {}
    for kind in Kind:
        more = {
            Kind.LESSON: {"applies_when": EVIL}, Kind.FAILURE: {"consequence": EVIL},
            Kind.ACTOR: {"aliases": [EVIL], "external_ids": {"x": EVIL}},
            Kind.RECOMMENDATION: {"number": EVIL[:20]},
        }[kind]  # fmt: skip
        one = curation.create_record(
            kind, by=admin, title=EVIL, statement=EVIL, discussion=EVIL, tags=[EVIL[:60]],
            **REQUIRED[kind], **more,
        )  # fmt: skip
        cite(one, passage, passage.text)
        records[kind] = curation.publish(curation.submit(one, by=None), by=None)
    curation.link(records[Kind.LESSON], "drawn_from", records[Kind.FAILURE], by=None, note=EVIL)
    curation.claim_uptake(
        records[Kind.RECOMMENDATION], by=None, claim="accepted", date="2000-01-01",
        claimed_by=EVIL, url="https://a.example", note=EVIL,
    )  # fmt: skip
    lesson = records[Kind.LESSON]
    reviewing.comment(lesson, EVIL, by=admin)
    shelf = collecting.make_list(EVIL, by=admin, visibility="public", description=EVIL)
    collecting.annotate(collecting.collect(shelf, lesson, by=admin), EVIL, was="", by=admin)
    alerts.save_search("q=acted", EVIL, by=admin, frequency="daily")
    Cue.objects.create(phrase=EVIL, kind="failure")
    Job.objects.create(kind="read upload", title=EVIL, message=EVIL, error=EVIL)
    suggestion = Suggestion.objects.create(
        passage=passage, kind="failure", exact=EVIL, start=0, end=len(EVIL), cue=EVIL, score=0.5,
        number="1", addressee=EVIL,
    )  # fmt: skip
    return {"admin": admin, "records": records, "list": shelf, "suggestion": suggestion}


def places(world: dict[str, Any]) -> list[str]:
    shelf = world["list"].slug
    codes = [record.code for record in world["records"].values()]
    lesson = world["records"][Kind.LESSON]
    return [
        *(f"/records/{code}/" for code in codes), f"/records/{codes[0]}/history/",
        f"/records/{codes[0]}/edit/", f"/curate/link/{codes[0]}/", "/", "/records/?q=acted",
        "/lessons/export/", "/themes/", "/reports/", "/reports/r/", "/changes/", "/lists/",
        f"/lists/{shelf}/", f"/lists/{shelf}/edit/", "/alerts/", "/insights/chain/",
        "/insights/recurrence/", "/insights/uptake/", "/insights/compare/?report=r",
        "/insights/matrix/?across=actor", "/curate/", "/curate/records/", "/curate/reports/",
        "/curate/reports/r/", "/curate/reports/r/suggestions/", "/curate/suggestions/",
        f"/curate/suggestions/{world['suggestion'].pk}/", "/curate/cues/", "/curate/tags/",
        "/curate/jobs/", "/curate/duplicates/", "/curate/reports/r/1/", "/insights/use/",
        f"/curate/merge/{codes[0]}/{codes[0]}/",
        *(f"/admin/lessons/{name}/" for name in ("lesson", "report", "passage", "citation", "uptake",  # noqa: E501
                                                 "readinglist", "tag", "cue")),
        f"/admin/lessons/lesson/{lesson.pk}/change/", "/admin/accounts/user/",
        f"/admin/accounts/user/{world['admin'].pk}/change/", "/admin/accounts/accessevent/",
    ]  # fmt: skip


def test_no_page_takes_a_text_for_markup(world: dict[str, Any], client: Client) -> None:
    client.force_login(world["admin"])
    for path in places(world):
        response = client.get(path)
        assert response.status_code == 200, path
        found = MARKUP.search(response.content.decode())
        assert not found, (path, found and found[0])


@pytest.mark.parametrize(
    "asked", ["/records/?q={}", "/records/?{}=1", "/nowhere/{}/", "/changes/?a={}"]
)
def test_nor_does_a_page_that_tells_what_was_asked(asked: str, client: Client) -> None:
    response = client.get(asked.format(EVIL.replace("{", "%7B")))
    assert not MARKUP.search(response.content.decode())


def test_what_a_feed_gives_as_html_holds_none_of_it(world: dict[str, Any], client: Client) -> None:
    code = world["records"][Kind.LESSON].code
    for path in ("/feeds/records/", f"/feeds/records/{code}/", f"/feeds/lists/{world['list'].slug}/",  # noqa: E501
                 "/feeds/reports/r/", "/oai?verb=ListRecords&metadataPrefix=oai_dc",
                 "/sitemap-records.xml"):  # fmt: skip
        response = client.get(path)
        assert response.status_code == 200, path
        tree = etree.fromstring(response.content)  # whole, so nothing broke out of its element
        html = [one for one in tree.iter() if one.get("type") == "html"]
        assert not any(MARKUP.search(one.text or "") for one in html), path
        assert not tree.xpath("//*[local-name()='script' or local-name()='img']"), path


@pytest.mark.parametrize("suffix", ["md", "json", "jsonld", "docx", "csv", "ttl", "bib", "ris"])
def test_no_file_takes_it_for_markup(suffix: str, world: dict[str, Any], client: Client) -> None:
    body = b"".join(client.get(f"/records.{suffix}"))  # type: ignore[arg-type]
    if suffix == "docx":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            document = etree.fromstring(packed.read("word/document.xml"))
        assert not document.xpath("//*[local-name()='script']")
        assert EVIL[:30] in "".join(document.itertext())
    elif suffix == "md":
        assert not re.search(r"(?<!\\)<script>", body.decode())
    else:  # data, sent as what no browser renders
        response = client.get(f"/records.{suffix}")
        assert "html" not in response["Content-Type"]
        assert response["Content-Disposition"].startswith("attachment")
        response.close()


def test_no_address_that_runs_something_is_kept() -> None:
    with pytest.raises(ValidationError):
        evidence.add_report(
            [evidence.PassageText("One.")], by=None, slug="e", title="E", url=JAVASCRIPT,
            issued="1996-03-01",
        )  # fmt: skip
