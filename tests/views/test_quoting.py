"""Quoting at the workbench: from words of a passage to a record, and to one more citation."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation
from lessons.models import Citation, Kind, Record, Report, Status
from lessons.views.quoting import candidates
from tests.factories import REQUIRED, cite, make_published, make_record, make_report, make_theme
from tests.factories import make_user as make
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db

TEXT = "\U0001f600 It was late. Nobody acted. Nobody acted."
HERE = "/curate/reports/r/1/"


@pytest.fixture
def desk(signed_in, analyst: User) -> Client:
    return signed_in(analyst)


@pytest.fixture
def report() -> Report:
    return make_report((TEXT,), slug="r", language="fr")


def fields(kind: str = "lesson", **more: Any) -> dict[str, Any]:
    about = {"title": "Act in time", "statement": "Acting late is not acting."}
    return {"quotation": "It was late", "start": 2, **about, **REQUIRED[kind], **more}


def test_a_passage_offers_its_sentences_and_what_to_make_of_them(
    desk: Client, report: Report
) -> None:
    response = desk.get(HERE)
    text, words = text_of(response), words_of(response)
    for span in ("0-14", "15-28", "29-42"):
        assert f'name="sentence" value="{span}"' in text
    for kind in Kind:
        assert f'formaction="{HERE}new/{kind}/"' in text
    assert "Cite in an existing record" in words
    assert text_of(desk.get(f"{HERE}?for=actor")).index("new/actor") < text.index("new/actor")


def test_chosen_sentences_are_quoted_from_the_first_to_the_last(
    desk: Client, report: Report
) -> None:
    response = desk.get(f"{HERE}new/lesson/?sentence=0-14&sentence=29-42&quotation=")
    assert response.context["anchor"].exact == TEXT
    response = desk.get(f"{HERE}new/lesson/?sentence=29-42")
    assert response.context["anchor"].start == 29


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Choose a sentence"),
        ("quotation=+", "Choose a sentence"),
        ("quotation=nowhere", "does not contain"),
        ("quotation=Nobody", "2 times"),
        ("quotation=Nobody&start=3", "do not begin"),
        ("quotation=It&start=x", "Enter a whole number"),
        ("sentence=0-99", "not one of the available choices"),
    ],
)
@pytest.mark.parametrize("form", ["new/lesson/", "cite/"])
def test_words_that_cannot_be_quoted_are_asked_for_again(
    form: str, query: str, said: str, desk: Client, report: Report
) -> None:
    response = desk.get(f"{HERE}{form}?{query}")
    assert response.status_code == 200
    assert response.context["panel"] == "workbench/choose.html"
    assert said in words_of(response)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_draft_is_made_and_rests_on_the_words(
    kind: str, desk: Client, analyst: User, report: Report
) -> None:
    theme = make_theme()
    data = fields(kind, quotation="Nobody acted", start=29, themes=[theme.pk],
                  tags="late, early warning")  # fmt: skip
    response = desk.post(f"{HERE}new/{kind}/", data)
    record = Record.objects.get()
    assert response["Location"].startswith("/curate/reports/r/?passage=1&act=")
    assert response["Location"].endswith("#p-1")
    assert (record.kind, record.status, record.created_by) == (kind, Status.DRAFT, analyst)
    assert record.language == "fr"
    assert set(record.tags.names()) == {"late", "early warning"}
    assert list(record.themes.all()) == [theme]
    assert (record.citations.get().start, record.citations.get().exact) == (29, "Nobody acted")
    page = words_of(desk.get(response["Location"]))
    assert f"{record.code} “Act in time” rests on passage 1." in page


def test_code_points_are_counted_as_python_counts_them(desk: Client, report: Report) -> None:
    """The emoji before the words is one code point, two units of UTF-16."""
    desk.post(f"{HERE}new/lesson/", fields(start=TEXT.index("It was late")))
    assert Citation.objects.get().start == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"statement": " "}, "This field is required."),
        ({"origin": ""}, "This field is required."),
        ({"title": "x" * 301}, "at most 300 characters"),
        ({"themes": "999"}, "not one of the available choices"),
        ({"tags": "x" * 101}, "100"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(
    wrong: dict[str, str], said: str, desk: Client, report: Report
) -> None:
    response = desk.post(f"{HERE}new/lesson/", {**fields(), **wrong})
    assert response.status_code == 200
    assert said in words_of(response)
    if "statement" not in wrong:
        assert "Acting late is not acting." in words_of(response)
    assert 'name="quotation" value="It was late"' in text_of(response)
    assert not Record.objects.exists()


def test_an_unknown_kind_or_passage_is_not_there(desk: Client, report: Report) -> None:
    for path in ("1/new/theme/", "2/", "2/new/lesson/", "2/cite/", "99999999999/"):
        assert desk.get(f"/curate/reports/r/{path}").status_code == 404
    assert desk.get("/curate/reports/nowhere/1/").status_code == 404


def test_only_the_text_that_is_read_today_is_quoted(desk: Client, report: Report) -> None:
    report.passages.create(ordinal=1, text_version=2, text="New text.")
    Report.objects.update(text_version=2)
    assert "New text." in words_of(desk.get(HERE))
    assert "It was late" not in words_of(desk.get(HERE))


def test_words_too_long_for_an_address_are_posted(desk: Client) -> None:
    make_report(("word " * 2000,), slug="r")
    response = desk.post(f"{HERE}new/lesson/", {"quotation": "word " * 2000})
    assert response.context["panel"] == "workbench/new.html"
    assert len(response.context["anchor"].exact) == 9999
    assert not response.context["form"].is_bound
    response = desk.post(f"{HERE}cite/", {"quotation": "word " * 2000, "q": "nothing"})
    assert (response.context["panel"], response.context["q"]) == ("workbench/cite.html", "nothing")
    assert not Record.objects.exists()


# An existing record


def cite_in(client: Client, record: Record | str, **more: Any):
    code = record.code if isinstance(record, Record) else record
    return client.post(f"{HERE}cite/", {"quotation": "It was late", "record": code, **more})


def test_an_existing_record_rests_on_the_words_too(desk: Client, report: Report) -> None:
    record = make_record()
    response = cite_in(desk, record, quotation="Nobody acted", start=15)
    assert response.status_code == 302
    assert record.citations.get().start == 15


def test_the_same_words_twice_are_refused_readably(desk: Client, report: Report) -> None:
    record = make_record()
    cite_in(desk, record)
    response = cite_in(desk, record)
    assert response.status_code == 200
    assert "This record cites these words already." in words_of(response)
    assert record.citations.count() == 1


def test_an_analyst_cites_in_no_published_record_and_reads_why(
    desk: Client, report: Report
) -> None:
    record = make_published()
    response = cite_in(desk, record)
    assert response.status_code == 200
    assert "Published records are changed by a reviewer." in words_of(response)
    assert record.citations.count() == 1


def test_a_reviewer_cites_in_a_published_record(
    client: Client, reviewer: User, report: Report
) -> None:
    client.force_login(reviewer)
    record = make_published()
    assert cite_in(client, record).status_code == 302
    assert record.citations.count() == 2


@pytest.mark.parametrize("code", ["", "L-999", "nonsense", "F-1"])
def test_no_record_chosen_is_said(code: str, desk: Client, report: Report) -> None:
    assert "Choose the record" in words_of(cite_in(desk, code))


def test_records_are_offered_by_code_title_and_alias(analyst: User) -> None:
    record = make_record(title="Early warning was ignored")
    actor = make_record(Kind.ACTOR, title="United Nations", aliases=["Blue helmets"])
    assert candidates(record.code, analyst) == [record]
    assert candidates(record.code.lower(), analyst) == [record]
    assert candidates("warni", analyst) == [record]
    assert candidates("blue hel", analyst) == [actor]
    assert candidates("", analyst) == []
    assert candidates("nothing at all", analyst) == []


def test_only_what_one_may_change_is_offered(analyst: User, reviewer: User) -> None:
    draft = make_record(title="Warning one")
    review = curation.submit(cite(make_record(title="Warning two")), by=None)
    public = make_published(title="Warning three")
    assert set(candidates("warning", analyst)) == {draft, review}
    assert set(candidates("warning", reviewer)) == {draft, review, public}
    assert candidates(public.code, analyst) == []
    assert candidates(public.code, reviewer) == [public]


def test_no_more_than_ten_are_offered(desk: Client) -> None:
    for _number in range(12):
        make_record(title="Warning")
    assert text_of(desk.get("/curate/citable/?q=warning")).count('type="radio"') == 10


def test_what_is_offered_is_a_part_of_a_page(desk: Client) -> None:
    text = text_of(desk.get("/curate/citable/?q=nothing"))
    assert "No record that you may change matches." in text
    assert "<html" not in text
    assert desk.get("/curate/citable/?q=%00").status_code == 400


def test_the_form_can_be_closed(desk: Client, report: Report) -> None:
    for path in (HERE, f"{HERE}new/lesson/?quotation=late", f"{HERE}cite/?quotation=late"):
        assert "/curate/reports/r/?passage=1#p-1" in links_of(desk.get(path))


@pytest.mark.parametrize("role", [None, *Role.values])
def test_who_may_quote(role: str | None, client: Client, report: Report) -> None:
    if role:
        client.force_login(make(role))
    record = make_record()
    answers = [
        client.post(f"{HERE}new/lesson/", fields()).status_code,
        cite_in(client, record).status_code,
    ]
    assert answers == ([403] if role == Role.READER else [302]) * 2
    written = role not in {None, Role.READER}
    assert Record.objects.exclude(pk=record.pk).exists() is written
    assert record.citations.exists() is written
