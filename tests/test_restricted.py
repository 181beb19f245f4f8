"""What restricted reports say, in the places where it could show; and an own door."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from accounts import tokens
from accounts.models import Role
from lessons import curation, evidence
from lessons.exporters import FORMATS
from lessons.models import Access, Kind, Record, Report
from lessons.search import Filters, Found
from lessons.search.browse import Browsed
from tests.factories import cite, make_published, make_report, make_user
from tests.outputs import body_of, text_in
from tests.routes import ROUTES
from tests.search.corpus import ANYONE
from tests.test_access import ALL_ROUTES, address

pytestmark = pytest.mark.django_db
SECRET = "kumquat"


@pytest.fixture
def secret() -> dict[str, Any]:
    """Restrict a report that one record rests on alone, and another one beside a public report."""
    report = make_report(
        slug=SECRET, title=f"Report on the {SECRET}", texts=[f"The zebra {SECRET} fell.", "Other."],
        authors=[SECRET],
    )  # fmt: skip
    passage = report.passages.get(ordinal=1)
    alone = make_published(Kind.LESSON, passage, title="Alone in the dark")
    both = make_published(Kind.LESSON, title="Said twice")
    actor = make_published(Kind.ACTOR, title="Ministry")
    resting = evidence.cite(both, passage, SECRET, by=None)
    curation.link(both, "addressed_to", actor, by=None, asserted_by="source", citation=resting)
    curation.claim_uptake(both, by=None, claim="accepted", date="2001-01-01",
                          claimed_by=SECRET, citation=resting)  # fmt: skip
    evidence.set_access(report, Access.RESTRICTED, by=None)
    return {"report": report, "alone": alone, "both": both, "actor": actor}


def _restricted(record: Record) -> bool:
    return Record.objects.values_list("restricted", flat=True).get(pk=record.pk)


def _open_addresses(secret: dict[str, Any]) -> list[str]:
    user = make_user(Role.ADMIN)
    found = [address(r, user) for r in ALL_ROUTES if ROUTES.get(r, (0,))[0] == 200]
    codes = [secret[name].code for name in ("alone", "both", "actor")]
    lists = [f"/{kind.plural}" for kind in Kind] + ["/records"]
    return [
        *found,
        *(f"/records/{code}.{suffix}" for code in codes for suffix in FORMATS),
        *(f"{one}.{suffix}" for one in lists for suffix in FORMATS),
        *(f"{path}{code}{end}" for code in codes for path, end in [
            ("/records/", "/"), ("/records/", "/history/"), ("/records/", ".atom"),
            ("/api/v1/records/", ""), ("/api/v1/citations?record=", ""),
            ("/api/v1/links?record=", ""), ("/api/v1/uptake?record=", ""),
        ]),
        *(f"{one}/?q=zebra" for one in lists), "/reports/?q=zebra", "/records/?q=kumqua+zebra",
        f"/reports/{secret['report'].slug}/", f"/reports/{secret['report'].slug}/file/",
        "/api/v1/records?count=true&facets=report&facets=actor", "/api/v1/reports",
        "/api/v1/citations", "/api/v1/uptake", "/oai?verb=ListRecords&metadataPrefix=oai_dc",
        "/oai?verb=ListSets", "/sitemap-reports.xml", "/sitemap-records.xml", "/changes/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["anonymous", "reader"])
def test_a_restricted_reports_secret_is_in_nothing_that_is_open(
    who: str, secret: dict[str, Any], client: Client
) -> None:
    if who == "reader":
        client.force_login(make_user(Role.READER))
    code = secret["alone"].code
    for path in _open_addresses(secret):
        response = client.get(path)
        assert response.status_code < 500, path
        text = text_in(body_of(response)) + str(response.headers)
        if SECRET not in path and "kumqua" not in path:
            assert SECRET not in text.lower(), path
        assert "Alone in the dark" not in text, path
        if code not in path:
            assert not re.search(rf"\b{code}\b", text), path


def test_readers_inside_see_it_where_the_installation_says_so(
    secret: dict[str, Any], client: Client, settings: Any
) -> None:
    settings.READERS_SEE_RESTRICTED = True
    paths = (f"/records/{secret['alone'].code}/", f"/reports/{SECRET}/", "/lessons.csv",
             "/lessons/?q=kumquat")  # fmt: skip
    for path in paths[:2]:
        assert client.get(path).status_code == 404, path
    assert SECRET not in text_in(body_of(client.get("/lessons.csv")))
    assert client.get("/lessons/?q=kumquat").context["found"].total == 0
    client.force_login(make_user(Role.READER))
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        assert SECRET in text_in(body_of(response)), path
    assert client.get("/lessons/?q=kumquat").context["found"].total == 2


def test_finder_and_sql_agree_for_every_sight(secret: dict[str, Any], settings: Any) -> None:
    for inside in (False, True):
        settings.READERS_SEE_RESTRICTED = inside
        for user in (ANYONE, make_user(Role.READER), make_user(Role.ANALYST)):
            asked = Filters(sort="recurrence")
            found, browsed = Found(asked, user), Browsed(asked, user)
            assert found.snapshot is not None
            assert found.ids() == browsed.ids()
            names = ("report", "actor", "kind")
            assert found.facets(*names) == browsed.facets(*names)


def test_what_a_restricted_report_alone_says_of_a_record_finds_it_for_nobody_outside(
    secret: dict[str, Any],
) -> None:
    assert Found(Filters(q=SECRET), ANYONE).total == 0
    assert Found(Filters(q=SECRET), make_user(Role.ANALYST)).total == 2


def test_a_record_goes_and_comes_with_its_only_public_report(client: Client) -> None:
    report = make_report(slug="r")
    record = make_published(Kind.LESSON, report.passages.get(ordinal=1), title="Here today")
    path = f"/records/{record.code}/"
    for access, status, total in ((Access.RESTRICTED, 404, 0), (Access.PUBLIC, 200, 1)):
        evidence.set_access(report, access, by=None)
        assert client.get(path).status_code == status
        assert client.get("/lessons/").context["found"].total == total
        assert client.get("/lessons/?q=today").context["found"].total == total


def test_the_database_says_itself_what_is_restricted(secret: dict[str, Any]) -> None:
    assert _restricted(secret["alone"])
    assert not _restricted(secret["both"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lessons_record SET restricted = NOT restricted")
    assert _restricted(secret["alone"])
    assert not _restricted(secret["both"])
    secret["alone"].refresh_from_db()
    secret["alone"].restricted = False
    secret["alone"].save()
    assert _restricted(secret["alone"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lessons_report SET access = 'public'")
    assert not _restricted(secret["alone"])


def test_citing_a_public_report_opens_a_record_and_losing_it_closes_it_again(
    secret: dict[str, Any],
) -> None:
    one = cite(secret["alone"], make_report(slug="open").passages.get(ordinal=1))
    assert not _restricted(one)
    public = one.citations.get(passage__report__slug="open")
    evidence.uncite(public, by=None)
    assert _restricted(one)


def test_only_reviewers_restrict_what_published_records_rest_on() -> None:
    report = make_report(slug="r")
    make_published(Kind.LESSON, report.passages.get(ordinal=1))
    with pytest.raises(PermissionDenied):
        evidence.set_access(report, Access.RESTRICTED, by=make_user(Role.ANALYST))
    evidence.set_access(report, Access.RESTRICTED, by=make_user(Role.REVIEWER))
    events = Report.pgh_event_model.objects.filter(pgh_obj=report)
    assert events.latest("pgh_id").pgh_context.metadata["verb"] == "set access"


# An installation for its own people

OPEN_TO_ALL = {
    "healthz", "readyz", "robots.txt", "metrics", "alerts/unsubscribe/<str:token>/",
}  # fmt: skip


def test_where_signing_in_is_required_nothing_else_is_open(client: Client, settings: Any) -> None:
    make_published()
    user = make_user(Role.ADMIN)
    settings.SIGN_IN_REQUIRED = True
    for route in ALL_ROUTES:
        own = not route.startswith("accounts/") and route not in OPEN_TO_ALL
        if ROUTES.get(route, (0,))[0] != 200 or not own:
            continue
        path = address(route, user)
        response = client.get(path)
        assert response.status_code == 401, route
        html = client.get(path, headers={"accept": "text/html"})
        assert html.status_code == (401 if path.startswith("/api/") else 302), route
    assert "Disallow: /\n" in client.get("/robots.txt").text
    assert client.get("/accounts/login/").status_code == 200
    problem = client.get("/api/v1/records")
    assert problem.status_code == 401
    assert problem["Content-Type"].startswith("application/problem+json")


def test_feeds_and_files_take_a_token_there(client: Client, settings: Any) -> None:
    make_published()
    _token, shown = tokens.make(make_user(Role.READER), "feed reader", "read", None)
    settings.SIGN_IN_REQUIRED = True
    for path in ("/feeds/records/", "/records.csv", "/api/v1/records"):
        response = client.get(path, headers={"authorization": f"Bearer {shown}"})
        assert response.status_code == 200, path
        assert "public" not in response.get("Cache-Control", ""), path
        wrong = client.get(path, headers={"authorization": "Bearer wrong"})
        assert wrong.status_code == 401, path
