"""Who may open what: every address the resolver knows, for everyone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Role, User
from lessons import curation
from lessons.models import Country, Kind, ReadingList, Record
from lessons.permissions import ROLE_PERMISSIONS
from tests.accounts import routes as accounts
from tests.factories import (
    cite,
    make_published,
    make_record,
    make_report,
    make_theme,
    make_user,
)
from tests.routes import ARGUMENTS, ROUTES, SIGN_IN, WHO, make_cue, make_tag

pytestmark = pytest.mark.django_db

# The pages that the admin makes for a model, and the permission each asks for.
MODEL_PAGES = {
    "": "view",
    "add/": "add",
    "<path:object_id>/history/": "view",
    "<path:object_id>/delete/": "delete",
    "<path:object_id>/change/": "view",
    "<path:object_id>/": "to change",
}
# An object of each model that stands in the admin; of records a draft.
OBJECTS: dict[str, Any] = {
    "accounts.user": lambda _user: make_user(),
    "lessons.actor": lambda _user: make_record(Kind.ACTOR),
    "lessons.citation": lambda _user: cite(make_record()).citations.get(),
    "lessons.cue": lambda _user: make_cue(),
    "lessons.country": lambda _user: Country.objects.get_or_create(code="RWA")[0],
    "lessons.failure": lambda _user: make_record(Kind.FAILURE),
    "lessons.lesson": lambda _user: make_record(Kind.LESSON),
    "lessons.passage": lambda _user: make_report().passages.get(ordinal=1),
    "lessons.readinglist": lambda user: ReadingList.objects.create(owner=user, title="Mine"),
    "lessons.recommendation": lambda _user: make_record(Kind.RECOMMENDATION),
    "lessons.record": lambda _user: make_record(),
    "lessons.report": lambda _user: make_report(),
    "lessons.tag": lambda _user: make_tag(),
    "lessons.theme": lambda _user: make_theme(),
    "lessons.uptake": lambda _user: curation.claim_uptake(
        make_record(), by=None, claim="accepted", date="2000-01-01",
        claimed_by="A", url="https://a.example",
    ),
}  # fmt: skip
OBJECTS |= accounts.OBJECTS
# Doors the admin keeps shut although the role could: the work is done elsewhere.
SHUT = {
    ("lessons.record", "add"), ("lessons.record", "delete"),
    ("lessons.passage", "add"), ("lessons.passage", "delete"),
    ("lessons.citation", "add"), ("lessons.citation", "delete"),
}  # fmt: skip


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from routes(one, route)


ALL_ROUTES = sorted(set(routes(get_resolver())))


def by_rule(route: str) -> tuple[int | str, ...] | None:
    """Return what a model's page in the admin answers, by the roles' permissions."""
    for model, _maker in OBJECTS.items():
        before = f"admin/{model.replace('.', '/')}/"
        page = route.removeprefix(before)
        if route.startswith(before) and page in MODEL_PAGES:
            return (SIGN_IN, *(_of_role(role, model, page) for role in Role))
    return None


def _of_role(role: Role, model: str, page: str) -> int | str:
    app, name = model.split(".")
    needed = MODEL_PAGES[page]
    if role == Role.READER:
        return SIGN_IN
    if needed == "to change":
        return "to its change page"
    allowed = f"{app}.{needed}_{name}" in ROLE_PERMISSIONS[role]
    if not allowed or (model, needed) in SHUT:
        return 403
    if page.endswith("/history/") and issubclass(apps.get_model(model), Record):
        return "to its history"
    return "to its kind" if (model, page) == ("lessons.record", "<path:object_id>/change/") else 200


def address(route: str, user: Any) -> str:
    """Fill in a route's parts."""
    found = route
    if "<path:object_id>" in route and route not in ARGUMENTS:
        model = ".".join(route.split("/")[1:3])
        return "/" + route.replace("<path:object_id>", str(OBJECTS[model](user).pk))
    for part, value in reversed(ARGUMENTS.items()):
        if part in found:
            found = found.replace(part, str(value(user) if callable(value) else value))
    return f"/{found}"


def answer_to(client: Client, path: str) -> int | str:
    response = client.get(path)
    if response.streaming:
        b"".join(response)  # so that its file is closed
    if response.status_code not in {301, 302}:
        return response.status_code
    to = response["Location"]
    if to.startswith(("/accounts/login/?", "/admin/login/?")):
        return SIGN_IN
    if to == f"{path}change/":
        return "to its change page"
    if to.startswith("/records/") and to.endswith("/history/"):
        return "to its history"
    if path.startswith("/admin/lessons/record/") and to.startswith("/admin/lessons/lesson/"):
        return "to its kind"
    return to


def area(route: str) -> str:
    return "/".join(route.split("/")[:3]) if route.startswith("admin/lessons/") else "the rest"


@pytest.mark.parametrize("part", sorted({area(route) for route in ALL_ROUTES}))
def test_every_address_answers_each_person_as_the_table_says(part: str, files) -> None:
    people = {who: None if who == "anonymous" else make_user(who) for who in WHO}
    clients = {who: signed_in_client(user) for who, user in people.items()}
    wrong = {}
    for route in (one for one in ALL_ROUTES if area(one) == part):
        expected = ROUTES.get(route) or by_rule(route)
        assert expected, f"{route} is not in the table: decide who may open it"
        path = address(route, people["admin"])
        answers = []
        for who, client in clients.items():
            own = people[who] and "readinglist" in route  # everyone sees their own lists
            answers.append(answer_to(client, address(route, people[who]) if own else path))
        if tuple(answers) != expected:
            wrong[route] = dict(zip(WHO, answers, strict=True))
    assert not wrong


def signed_in_client(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def test_the_table_names_no_address_that_is_gone() -> None:
    assert set(ROUTES) <= set(ALL_ROUTES)


def test_the_admin_shows_our_models_and_no_others() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(OBJECTS)


READING = (
    "/",
    "/changes/",
    "/feeds/records/",
    "/lists/",
    "/lessons/",
    "/lessons.csv",
    "/lessons/export/",
    "/themes.ttl",
    "/reports.bib",
    "/themes/",
    "/reports/",
    "/healthz",
    "/readyz",
)


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_reading_page_only_reads(path: str, method: str, signed_in, admin: User) -> None:
    assert getattr(signed_in(admin), method)(path).status_code == 405


def test_the_pages_of_single_things_only_read(client: Client) -> None:
    record, theme = make_published(), make_theme()
    report = record.citations.get().passage.report
    for path in (f"/records/{record.code}/", f"/records/{record.code}.csv",
                 f"/records/{record.code}/history/",
                 f"/themes/{theme.slug}/", f"/reports/{report.slug}/"):  # fmt: skip
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200
