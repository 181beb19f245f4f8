"""What a row shows of why its record was found."""

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons import evidence
from lessons.models import Country, Kind, Record
from lessons.search import Filters, Found
from lessons.search.explaining import Shown, shown
from tests.factories import make_published, make_report, make_theme

pytestmark = pytest.mark.django_db


def row(q: str) -> tuple[Record, Shown]:
    """Return the only record found, and what its row shows."""
    found = Found(Filters(q=q), AnonymousUser())
    (one,) = found.rows(0, 20)
    return one.record, shown(one, found.marker)


def elsewhere(q: str) -> tuple[str, str]:
    _record, said = row(q)
    return said.place, said.words


def test_nothing_more_is_said_where_the_row_shows_every_word():
    record = make_published(
        title="Alarm", statement="Heed it.", discussion="Alarm, heed, mandate and signals.",
        tags=["mandate"], themes=[make_theme(pref_label_en="Signals")],
    )  # fmt: skip
    for q in ("alarm", "heed alarm", "mandate", "signals alarm"):
        found, said = row(q)
        assert found == record
        assert said.place == ""


def test_a_word_that_only_the_discussion_holds_is_shown_there():
    make_published(title="Alarm", discussion="Nobody in New York <read> the cables at all.")
    place, words = elsewhere("alarm cable")
    assert place == "discussion"
    assert words == (
        'Nobody in New York &lt;read&gt; the <mark class="hit">cables</mark> at all.'
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "field", "text", "place"),
    [
        (Kind.LESSON, "applies_when", "A ceasefire holds.", "applies when"),
        (Kind.FAILURE, "consequence", "The ceasefire broke.", "consequence"),
        (Kind.ACTOR, "aliases", ["Group of the ceasefire", "GC"], "also called"),
    ],
)
def test_what_only_one_kind_has_is_shown_too(kind, field, text, place):
    make_published(kind, title="Alarm", **{field: text})
    assert elsewhere("ceasefire")[0] == place
    assert '<mark class="hit">ceasefire</mark>' in elsewhere("ceasefire")[1]


def test_other_names_of_themes_and_countries_are_shown():
    theme = make_theme(pref_label_fr="Alerte précoce", alt_labels_en=["Forewarning"])
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    make_published(title="Plan", themes=[theme], countries=[country])
    assert elsewhere("forewarning")[0] == "theme"
    assert elsewhere("précoce") == ("theme", 'Alerte <mark class="hit">précoce</mark>')
    assert elsewhere("rwanda") == ("country", '<mark class="hit">Rwanda</mark>')


def test_the_title_of_the_report_is_shown():
    report = make_report(("Words.",), title="The inquiry")
    make_published(title="Plan", passage=report.passages.get())
    assert elsewhere("inquiry") == ("report", 'The <mark class="hit">inquiry</mark>')


def test_the_quotation_that_holds_the_word_is_shown_instead_of_the_first():
    report = make_report(("First words.", "Second cables."))
    first, second = report.passages.order_by("ordinal")
    record = make_published(title="Plan", passage=first)
    evidence.cite(record, second, second.text, by=None)
    assert row("plan")[1].citation.passage == first
    _record, said = row("plan cables")
    assert said.citation.passage == second
    assert said.quotation == 'Second <mark class="hit">cables</mark>.'
    assert said.place == ""


def test_a_quotation_is_shown_where_its_word_stands():
    text = f"{'Many words ' * 60}and cables {'and more ' * 60}."
    make_published(title="Plan", passage=make_report((text,)).passages.get())
    _record, said = row("cables")
    assert '<mark class="hit">cables</mark>' in said.quotation
    assert said.quotation.startswith("… ")
    assert len(said.quotation) < 300


def test_a_word_that_is_nowhere_explains_nothing():
    make_published(title="Plan of the mission", statement="Rules of engagement and cables.")
    _record, said = row("plan mission rules engagement cables zebra")
    assert said.place == ""


def test_what_is_shown_asks_nothing_of_the_database(django_assert_num_queries):
    make_published(title="Plan", themes=[make_theme()], tags=["one"])
    found = Found(Filters(q="plan nothing"), AnonymousUser())
    (one,) = found.rows(0, 20)
    marker = found.marker
    with django_assert_num_queries(0):
        shown(one, marker)


def test_where_nothing_was_searched_for_the_first_quotation_is_shown():
    record = make_published(title="Plan", passage=make_report(("First <words>.",)).passages.get())
    (one,) = Found(Filters(), AnonymousUser()).rows(0, 20)
    assert shown(one, None) == Shown(record.citations.get(), "First <words>.")
