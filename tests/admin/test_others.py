"""The rest of the admin: reports, passages, vocabularies, uptake, reading lists, people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from lessons import collecting, curation
from lessons.models import Country, Kind, ReadingList, Record, Report, Tag, Theme, Uptake
from tests.admin import change_page, client_of, errors_of
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db

REPORT = {"title": "New", "slug": "new", "authors": "Doe, Jane\r\nUN", "issued": "1999-01-31",
          "issued_precision": "month", "type": "inquiry", "language": "en",
          "access": "public"}  # fmt: skip


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def review(reviewer: User) -> Client:
    return client_of(reviewer)


@pytest.fixture
def office(admin: User) -> Client:
    return client_of(admin)


def test_a_report_is_added_by_pasting_its_text(desk: Client) -> None:
    Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    text = "\r\n\r\nOne.\r\nStill one.\r\n \t\r\n\r\nTwo.  \n\n\nThree."
    data = {**REPORT, "text": text, "countries": ["RWA"]}
    assert desk.post("/admin/lessons/report/add/", data).status_code == 302
    report = Report.objects.get()
    passages = [(one.ordinal, one.text) for one in report.passages.all()]
    assert passages == [(1, "One.\nStill one."), (2, "Two."), (3, "Three.")]
    assert report.authors == ["Doe, Jane", "UN"]
    assert [country.code for country in report.countries.all()] == ["RWA"]
    assert "Still one." in words_of(Client().get("/reports/new/"))


def test_a_reports_description_changes_and_its_text_does_not(desk: Client) -> None:
    report = make_report(("One.",))
    path = f"/admin/lessons/report/{report.pk}/change/"
    assert 'name="text"' not in text_of(desk.get(path))
    assert desk.post(path, {**REPORT, "text": "Other."}).status_code == 302
    report.refresh_from_db()
    assert (report.title, report.slug) == ("New", "new")
    assert [one.text for one in report.passages.all()] == ["One."]


def test_what_is_wrong_with_a_report_is_told(desk: Client) -> None:
    make_report(slug="new")
    data = {**REPORT, "title": "", "issued": "someday", "url": "javascript:alert(1)"}
    errors = errors_of(desk.post("/admin/lessons/report/add/", data))
    assert set(errors) == {"title", "slug", "issued", "url"}
    assert Report.objects.count() == 1


def test_a_report_goes_only_while_nothing_cites_it(review: Client) -> None:
    cited, uncited = make_report(), make_report()
    make_published(passage=cited.passages.first())
    for report in (cited, uncited):
        review.post(f"/admin/lessons/report/{report.pk}/delete/", {"post": "yes"})
    assert list(Report.objects.all()) == [cited]


def theme_data(**fields: Any) -> dict[str, Any]:
    return {"notation": "9", "slug": "nine", "pref_label_en": "Nine", "pref_label_fr": "Neuf",
            **fields}  # fmt: skip


def test_a_theme_has_its_other_labels_one_a_line(review: Client) -> None:
    labels = {"alt_labels_en": "IX\r\nnine, the\r\n", "alt_labels_fr": ""}
    assert review.post("/admin/lessons/theme/add/", theme_data(**labels)).status_code == 302
    theme = Theme.objects.get()
    assert (theme.alt_labels_en, theme.alt_labels_fr) == (["IX", "nine, the"], [])


def test_a_theme_never_stands_below_itself(review: Client) -> None:
    top = make_theme()
    below = make_theme(broader=make_theme(broader=top))
    path = f"/admin/lessons/theme/{top.pk}/change/"
    for broader in (top, below):
        errors = errors_of(review.post(path, theme_data(broader=broader.pk)))
        assert errors
    top.refresh_from_db()
    assert top.broader is None


def test_a_theme_is_not_replaced_by_hand(review: Client) -> None:
    theme, other = make_theme(), make_theme()
    path = f"/admin/lessons/theme/{theme.pk}/change/"
    data = theme_data(replaced_by=other.pk, deprecated="on")
    assert review.post(path, data).status_code == 302
    theme.refresh_from_db()
    assert (theme.notation, theme.deprecated, theme.replaced_by) == ("9", False, None)


def test_a_tag_exists_once_whatever_its_case(desk: Client) -> None:
    for name in ("Mandate", "mandate"):
        response = desk.post("/admin/lessons/tag/add/", {"name": name, "slug": name.lower() + "x"})
    assert errors_of(response)
    assert Tag.objects.count() == 1


CLAIM = {"claim": "accepted", "date": "2000-01-01", "date_precision": "day", "claimed_by": "UN",
         "url": "https://example.org/"}  # fmt: skip


def test_uptake_is_added_and_never_changed(desk: Client, analyst: User, office: Client) -> None:
    record = make_published(Kind.RECOMMENDATION)
    assert (
        desk.post("/admin/lessons/uptake/add/", {**CLAIM, "record": record.pk}).status_code == 302
    )
    claim = Uptake.objects.get()
    assert (claim.record_id, claim.created_by) == (record.pk, analyst)
    for client in (desk, office):
        for page in ("change", "delete"):
            path = f"/admin/lessons/uptake/{claim.pk}/{page}/"
            assert client.post(path, {**CLAIM, "post": "yes"}).status_code == 403


def test_uptake_is_of_a_lesson_or_recommendation_and_has_a_source(desk: Client) -> None:
    path = "/admin/lessons/uptake/add/"
    failure, lesson = make_published(Kind.FAILURE), make_published()
    errors = errors_of(desk.post(path, {**CLAIM, "record": failure.pk}))
    assert set(errors) == {"record"}
    errors = errors_of(desk.post(path, {**CLAIM, "record": lesson.pk, "url": ""}))
    assert errors == {"": ["Give the source: a citation or an address."]}


def test_administrators_see_whose_lists_there_are_and_may_end_one(
    desk: Client, office: Client, analyst: User
) -> None:
    one = collecting.make_list("Mine", by=analyst)
    assert desk.get("/admin/lessons/readinglist/").status_code == 403
    assert "Mine" in words_of(office.get("/admin/lessons/readinglist/"))
    path = f"/admin/lessons/readinglist/{one.pk}"
    assert office.post(f"{path}/change/", {"title": "Ours"}).status_code == 403
    assert office.post(f"{path}/delete/", {"post": "yes"}).status_code == 302
    assert not ReadingList.objects.exists()


def test_only_administrators_make_accounts(office: Client, review: Client) -> None:
    password = {"password1": "long enough 1", "password2": "long enough 1"}
    data = {"username": "zoe", "email": "Zoe@example.org", "role": "analyst", **password,
            "usable_password": "true"}  # fmt: skip
    assert review.post("/admin/accounts/user/add/", data).status_code == 403
    assert office.post("/admin/accounts/user/add/", data).status_code == 302
    zoe = User.objects.get(username="zoe")
    assert zoe.role == Role.ANALYST
    assert zoe.check_password("long enough 1")
    again = {**data, "username": "zoe2", "email": "ZOE@example.org"}
    assert errors_of(office.post("/admin/accounts/user/add/", again))
    path = f"/admin/accounts/user/{zoe.pk}/change/"
    fields = {"username": "zoe", "email": "zoe@example.org", "role": "reader", "is_active": "on",
              "date_joined_0": "2020-01-01", "date_joined_1": "00:00:00"}  # fmt: skip
    assert office.post(path, fields).status_code == 302
    zoe.refresh_from_db()
    assert zoe.role == Role.READER


COMPLETED = {
    "recordtag&field_name=tag": ("analyst", "Mandate", "mandate"),
    "record&field_name=themes": ("analyst", "Early warning", "early"),
    "record&field_name=countries": ("analyst", "Rwanda", "rwa"),
    "link&field_name=target": ("analyst", "Élan", "elan"),
    "link&field_name=source": ("analyst", "Élan", "{code}"),
    "citation&field_name=passage": ("analyst", "The mission was warned", "warned in january"),
    "uptake&field_name=record": ("analyst", "Élan", "elan"),
    "theme&field_name=broader": ("reviewer", "Early warning", "early"),
}


@pytest.mark.parametrize("field", COMPLETED)
def test_fields_complete_themselves(field: str) -> None:
    role, expected, term = COMPLETED[field]
    Tag.objects.create(name="Mandate", slug="mandate")
    Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    make_theme(pref_label_en="Early warning")
    record = cite(make_record(title="Élan"))
    make_record(title="Other", statement="Full of elan.")
    path = f"/admin/autocomplete/?app_label=lessons&model_name={field}"
    response = client_of(make_user(role)).get(f"{path}&term={term.format(code=record.code)}")
    texts = [result["text"] for result in response.json()["results"]]
    assert len(texts) == 1
    assert expected in texts[0]


def test_a_field_that_completes_itself_is_closed_to_readers() -> None:
    path = "/admin/autocomplete/?app_label=lessons&model_name=link&field_name=target&term=x"
    assert Client().get(path).status_code == 302
    assert client_of(make_user(Role.READER)).get(path).status_code == 302


SEARCHES = (
    "?q=elan", "?q=%C3%A9lan", "?q={code}", "?q={lower}", "?cited=no", "?cited=yes",
    "?status__exact=draft", "?q=nothing+at+all", "?o=1.-2", "?phase__exact=warning",
)  # fmt: skip


@pytest.mark.parametrize("query", SEARCHES)
def test_the_tables_of_records_are_searched_and_filtered(query: str, desk: Client) -> None:
    record = make_record(Kind.FAILURE, title="Élan", phase="warning")
    cite(make_record(Kind.FAILURE, title="Other"))
    asked = query.format(code=record.code, lower=record.code.lower())
    for table in ("failure", "record"):
        response = desk.get(f"/admin/lessons/{table}/{asked}")
        assert response.status_code == 200
        shown = [one.title for one in response.context["cl"].result_list]
        if "nothing" in query:
            assert shown == []
        elif "o=" not in query and "exact=draft" not in query:
            assert shown == (["Other"] if query == "?cited=yes" else ["Élan"])


def fill(size: int) -> None:
    passage = make_report().passages.first()
    theme = make_theme()
    for number in range(size):
        make_published(Kind.FAILURE, passage, themes=[theme], tags=[f"tag {number}"])


# session and user; all and those that match are counted once; the rows; the filters' themes and
# people, twice: authors and those it is assigned to
CHANGELIST = 7


@pytest.mark.parametrize("size", [5, 25])
def test_the_table_of_failures_asks_as_many_queries_however_long(size: int, desk: Client) -> None:
    fill(size)
    desk.get("/admin/lessons/failure/")
    with CaptureQueriesContext(connection) as asked:
        response = desk.get("/admin/lessons/failure/")
    assert len(response.context["cl"].result_list) == size
    assert len(asked) == CHANGELIST


OTHER_TABLES: dict[str, Callable[[], Any]] = {
    "record": make_published,
    "report": make_report,
    "passage": make_report,
    "citation": lambda: cite(make_record()),
    "theme": lambda: make_theme(broader=make_theme()),
    "tag": lambda: make_record(tags=[f"tag {Tag.objects.count()}"]),
    "uptake": lambda: curation.claim_uptake(make_published(), by=None, **CLAIM),
    "readinglist": lambda: ReadingList.objects.create(owner=make_user(), title="A list"),
}


@pytest.mark.parametrize("table", OTHER_TABLES)
def test_no_table_asks_more_queries_for_more_rows(table: str, office: Client) -> None:
    counts = []
    for _size in range(2):
        for _one in range(2):
            OTHER_TABLES[table]()
        office.get(f"/admin/lessons/{table}/")
        with CaptureQueriesContext(connection) as asked:
            assert office.get(f"/admin/lessons/{table}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# the name shown in the field that completes itself, and the citations on offer
PER_LINK = 2


def test_the_form_of_a_record_asks_no_more_for_more_citations_and_little_for_links(
    desk: Client,
) -> None:
    record = make_record(Kind.FAILURE)
    counts = []
    for more in (lambda: None, lambda: cite(record), lambda: cite(record), lambda: caused(record)):
        more()
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(change_page(record)).status_code == 200
        # Content types are asked for once a process.
        counts.append(sum("django_content_type" not in query["sql"] for query in asked))
    assert [number - counts[0] for number in counts] == [0, 0, 0, PER_LINK]


def caused(record: Record) -> None:
    curation.link(record, "caused_by", make_published(Kind.FAILURE), by=None)


def test_the_first_page_lists_what_one_may_open(desk: Client, office: Client) -> None:
    words = words_of(desk.get("/admin/"))
    assert "Hindsight: curation" in words
    for shown in ("Lessons", "Reports", "Uptake claims"):
        assert shown in words
    assert "Users" not in words
    assert "Users" in words_of(office.get("/admin/"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_of_the_admin_opens_in_both_languages(language: str, office: Client) -> None:
    for model in django_admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        closed = model._meta.model_name in {
            "record", "citation", "passage", "readinglist", "accessevent",
        }  # fmt: skip
        pages = [base] if closed else [base, f"{base}add/"]
        for page in pages:
            response = office.get(page, headers={"accept-language": language})
            assert response.status_code == 200, page


def test_a_refusal_is_told_by_name(review: Client) -> None:
    record = make_record(Kind.FAILURE)
    data = {"action": "publish", "_selected_action": [record.pk]}
    assert record.code in words_of(review.post("/admin/lessons/failure/", data))
    assert Record.objects.get().status == "draft"
