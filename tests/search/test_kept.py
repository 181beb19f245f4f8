"""What is kept between lists: never longer than it holds."""

import pytest
from django.utils.translation import override

from lessons.models import Country, Record, Tag, Theme
from lessons.search import Filters, Found
from tests.factories import make_published, make_record, make_theme
from tests.search.corpus import ANYONE, FACETS

pytestmark = pytest.mark.django_db


def shown(**asked) -> dict[str, list[tuple[str, int]]]:
    """Return label and count of each value of each facet."""
    facets = Found(Filters(**asked), ANYONE).facets(*FACETS)
    return {facet.name: [(v.label, v.count) for v in facet.values] for facet in facets}


@pytest.fixture
def country(db) -> Country:
    return Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")


def test_whatever_is_renamed_has_its_new_name_on_the_next_list(country):
    record = make_published(themes=[make_theme()], tags=["red"], countries=[country])
    assert shown()["tag"] == [("red", 1)]
    Theme.objects.update(pref_label_en="Renamed theme")
    Tag.objects.update(name="renamed tag")
    Country.objects.update(label_en="Renamed country")
    report = record.citations.get().passage.report
    report.title = "Renamed report"
    report.save()
    assert {
        name: values
        for name, values in shown().items()
        if name in {"theme", "tag", "country", "report"}
    } == {
        "theme": [("Renamed theme", 1)],
        "tag": [("renamed tag", 1)],
        "country": [("Renamed country", 1)],
        "report": [("Renamed report", 1)],
    }


def test_what_nothing_bears_has_its_new_name_too(country):
    theme = make_theme()
    draft = make_record(tags=["red"])
    chosen = {"theme": (theme.slug,), "tag": (draft.tags.get().slug,), "country": (country.code,)}
    shown(**chosen)
    Theme.objects.update(pref_label_en="Renamed theme")
    Country.objects.update(label_en="Renamed country")
    asked = shown(**chosen)
    assert asked["theme"] == [("Renamed theme", 0)]
    assert asked["country"] == [("Renamed country", 0)]


def test_counts_without_words_follow_the_next_change():
    make_published()
    assert shown()["kind"] == [("lessons", 1)]
    make_published()
    assert shown()["kind"] == [("lessons", 2)]
    assert shown(q="title")["kind"] == [("lessons", 2)]
    Record.objects.update(status="withdrawn")
    assert "kind" not in shown()


def test_desk_and_public_share_nothing(analyst):
    make_published()
    make_record()
    assert Found(Filters(), analyst).total == 2
    assert Found(Filters(), ANYONE).total == 1


def test_readers_of_two_languages_share_no_names():
    make_published(themes=[make_theme(pref_label_en="Warning", pref_label_fr="Alerte")])
    assert shown()["theme"] == [("Warning", 1)]
    with override("fr"):
        assert shown()["theme"] == [("Alerte", 1)]
