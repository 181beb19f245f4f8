"""Loading the seeds: all or nothing, once, and never over what people made."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import models, transaction

from lessons import curation, evidence, suggestions
from lessons.importers import seeds
from lessons.models import Citation, Country, Cue, Kind, Link, Record, Report, Status, Theme
from tests.models import commit_checks

SEEDS = settings.BASE_DIR / "seeds"
SLUG = "larose-edwards-1994"
MODELS = (Country, Theme, Report, Record, Citation, Link)


def numbers() -> dict[type[models.Model], int]:
    return {model: model.objects.count() for model in MODELS}


@pytest.fixture(scope="class")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Counter[str]]:
    """Load all the seeds once for the tests that only look at them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seeds.load(SEEDS)
        transaction.set_rollback(True)


class TestTheSeeds:
    """As they come with Hindsight; nothing here writes."""

    def test_everything_is_loaded_and_published(self, loaded):
        commit_checks()
        assert +loaded == {
            "countries": Country.objects.count(),
            "themes": Theme.objects.count(),
            "cues": Cue.objects.count(),
            "reports": 1,
            "records": Record.objects.count(),
            "links": Link.objects.count(),
        }
        assert set(Record.objects.values_list("status", flat=True)) == {Status.PUBLISHED}

    def test_every_record_rests_on_citations_that_hold(self, loaded):
        for record in Record.objects.prefetch_related("citations__passage"):
            citations = record.citations.all()
            assert citations
            assert all(evidence.holds(citation) for citation in citations)

    def test_there_is_enough_to_begin_with(self, loaded):
        of_kind = Counter(Record.objects.values_list("kind", flat=True))
        assert of_kind[Kind.LESSON] >= 10
        assert of_kind[Kind.FAILURE] >= 7
        assert of_kind[Kind.ACTOR] >= 15
        assert Link.objects.count() >= 30

    @pytest.mark.parametrize("slug", ["early-warning", "justice-and-reconciliation"])
    def test_a_theme_that_people_will_ask_for_holds_lessons(self, loaded, slug):
        theme = Theme.objects.get(slug=slug)
        assert theme.records.published().filter(kind=Kind.LESSON).exists()

    def test_what_the_source_asserts_is_cited_by_one_of_its_ends(self, loaded):
        stated = Link.objects.filter(asserted_by="source").select_related("citation")
        assert stated
        for link in stated:
            assert link.citation.record_id in {link.source_id, link.target_id}

    def test_the_text_is_the_one_held_to_the_letter(self, loaded):
        text = (SEEDS / "reports" / SLUG / "passages.txt").read_text("utf-8")
        passages = Report.objects.get(slug=SLUG).passages.all()
        assert "\n\n".join(passage.text for passage in passages) == text.strip("\n")
        assert [passage.ordinal for passage in passages] == list(range(1, len(passages) + 1))

    def test_a_second_time_nothing_is_added(self, loaded):
        before = numbers()
        assert not +seeds.load(SEEDS)
        assert numbers() == before


THEMES = """
[[theme]]
slug = "warning"
notation = "1"
pref_label_en = "Warning"
pref_label_fr = "Alerte"
"""
REPORT = 'slug = "little"\ntitle = "A little report"\n'
PASSAGES = "They were warned.\n\nNobody listened.\n"
RECORDS = """
[[actor]]
key = "they"
title = "They"
statement = "Those who were warned."
actor_type = "state"
citations = [{ passage = 1, exact = "They were warned." }]

[[failure]]
key = "silence"
title = "Silence"
statement = "Nobody listened."
failure_type = "omission"
themes = ["warning"]
citations = [{ passage = 2, exact = "Nobody listened" }]

[[link]]
source = "they"
predicate = "failed_in"
target = "silence"
asserted_by = "source"
citation = { record = "silence", index = 0 }
"""


CUES = """
[[cues]]
language = "en"
use = "cue"
kind = "failure"
strength = 0.6
phrases = ["ceased", "fail*", "lack of"]
"""


@pytest.fixture
def little(db: None, tmp_path: Path) -> Path:
    """Return a folder like ``seeds/``, small enough to be loaded many times."""
    folder = tmp_path / "reports" / "little"
    folder.mkdir(parents=True)
    shutil.copy(SEEDS / "countries.csv", tmp_path)
    (tmp_path / "themes.toml").write_text(THEMES)
    (folder / "report.toml").write_text(REPORT)
    (folder / "passages.txt").write_text(PASSAGES)
    (folder / "records.toml").write_text(RECORDS)
    return tmp_path


def breaks(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def refused(directory: Path) -> str:
    """Return why the seeds in ``directory`` are refused, after seeing that nothing was added."""
    before = numbers()
    with pytest.raises(seeds.SeedError) as refusal:
        seeds.load(directory)
    assert numbers() == before
    return str(refusal.value)


@pytest.mark.django_db
def test_one_broken_quotation_among_all_the_seeds_adds_nothing(tmp_path):
    directory = shutil.copytree(SEEDS, tmp_path / "seeds")
    path = directory / "reports" / SLUG / "records.toml"
    breaks(path, "the duty of the international community becomes", "the task of everyone becomes")
    message = refused(directory)
    assert str(path) in message
    assert "“international-community”" in message
    assert not any(numbers().values())


def test_seeds_of_ones_own_are_loaded_beside_the_others(little):
    assert seeds.load(little)["records"] == 2
    assert Link.objects.get().citation.exact == "Nobody listened"
    assert Record.objects.published().count() == 2


def test_a_report_added_later_leaves_the_first_alone(little):
    seeds.load(little)
    folder = shutil.copytree(little / "reports" / "little", little / "reports" / "second")
    breaks(folder / "report.toml", '"little"', '"second"')
    assert +seeds.load(little) == {"reports": 1, "records": 2, "links": 1}
    assert Report.objects.count() == 2


def test_a_report_is_restricted_where_the_seeds_say_so(little):
    breaks(
        little / "reports" / "little" / "report.toml", "title =", 'access = "restricted"\ntitle ='
    )
    seeds.load(little)
    assert Report.objects.get().is_restricted
    assert set(Record.objects.values_list("restricted", flat=True)) == {True}
    assert not Record.objects.visible_to(AnonymousUser()).exists()


def test_what_people_changed_stays_as_they_made_it(little):
    seeds.load(little)
    record = Record.objects.get(kind=Kind.FAILURE)
    record.title = "In other words"
    curation.save_record(record, by=None, themes=[], tags=["ours"])
    curation.withdraw(record, by=None, reason="Misread.")
    Theme.objects.update(pref_label_en="Warnings")
    Country.objects.filter(code="RWA").update(label_en="Republic of Rwanda")
    Report.objects.update(note="Complete.")
    seeds.load(little)
    record.refresh_from_db()
    assert (record.title, record.status) == ("In other words", Status.WITHDRAWN)
    assert ([tag.name for tag in record.tags.all()], record.themes.count()) == (["ours"], 0)
    assert Theme.objects.get().label == "Warnings"
    assert Country.objects.get(code="RWA").label == "Republic of Rwanda"
    assert Report.objects.get().note == "Complete."


def test_a_link_that_people_took_away_does_not_come_back(little):
    seeds.load(little)
    curation.unlink(Link.objects.get(), by=None)
    assert not +seeds.load(little)
    assert not Link.objects.exists()


def test_cues_that_people_changed_or_deleted_do_not_come_back(little):
    (little / "cues.toml").write_text(CUES)
    assert seeds.load(little)["cues"] == 3
    changed, deleted, _left = Cue.objects.order_by("phrase")
    changed.phrase = "ceased to"
    suggestions.save_cue(changed, by=None)
    suggestions.discard_cue(deleted, by=None)
    assert not +seeds.load(little)
    assert {cue.phrase for cue in Cue.objects.all()} == {"ceased to", "lack of"}


@pytest.mark.parametrize("wrong", ['"(a)"', '"…"'])
def test_a_cue_that_cannot_be_read_is_refused(little, wrong):
    (little / "cues.toml").write_text(CUES.replace('"fail*"', wrong))
    assert "cues.toml" in refused(little)


def test_a_cue_that_stands_twice_is_refused(little):
    (little / "cues.toml").write_text(CUES.replace('"lack of"', '"fail*", "lack of"'))
    assert "“fail*”: it stands here twice." in refused(little)


BROKEN: dict[str, tuple[str, str, str]] = {
    "a quotation": ('exact = "Nobody listened"', 'exact = "Nobody heard"', "silence"),
    "an ambiguous quotation": ('exact = "Nobody listened"', 'exact = "e"', "silence"),
    "a theme": ('themes = ["warning"]', 'themes = ["warnings"]', "silence"),
    "a country": ('themes = ["warning"]', 'countries = ["XXX"]', "silence"),
    "a choice": ('"omission"', '"forgetting"', "silence"),
    "a field of another kind": ('"omission"', '"omission"\nnumber = "1"', "silence"),
    "a predicate": ('"failed_in"', '"led_to"', "they led_to silence"),
    "no citation": ('citation = { record = "silence", index = 0 }', "", "they failed_in silence"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_entry_is_named_and_nothing_is_added(little, what):
    old, new, entry = BROKEN[what]
    path = little / "reports" / "little" / "records.toml"
    breaks(path, old, new)
    message = refused(little)
    assert str(path) in message
    assert f"“{entry}”" in message


ILL_FORMED = [
    ("records.toml", "passage = 2", "passage = 9", "silence"),
    ("records.toml", 'target = "silence"', 'target = "noise"', "they failed_in noise"),
    ("records.toml", '[{ passage = 1, exact = "They were warned." }]', "[]", "they"),
    ("records.toml", "index = 0", "index = 5", "they failed_in silence"),
    ("records.toml", "failure_type =", "failure_typ =", "silence"),
    ("records.toml", "[[failure]]", "[[failure]", ""),
    ("report.toml", "title =", "titel =", ""),
    ("../../themes.toml", 'notation = "1"', 'notation = "1"\nbroader = "nothing"', "warning"),
]


def test_whatever_is_wrong_with_a_file_the_error_names_it(little):
    unnamed = []
    for name, old, new, entry in ILL_FORMED:
        path = (little / "reports" / "little" / name).resolve()
        right = path.read_text("utf-8")
        breaks(path, old, new)
        if not names_the_place(little, path.name, entry):
            unnamed.append(new)
        path.write_text(right, "utf-8")
    assert unnamed == []


def names_the_place(directory: Path, file: str, entry: str) -> bool:
    try:
        seeds.load(directory)
    except seeds.SeedError as error:
        return file in str(error) and entry in str(error)
    except Exception:
        return False
    return False


def test_the_command_says_what_it_loaded(little, capsys):
    call_command("load_seeds", little)
    assert "2 records" in capsys.readouterr().out
    call_command("load_seeds", little)
    assert "Everything is there already." in capsys.readouterr().out


def test_the_command_says_where_the_seeds_are_broken(little):
    breaks(little / "reports" / "little" / "records.toml", '"They were warned."', '"They knew."')
    with pytest.raises(CommandError, match=r"Nothing was loaded.*records\.toml.*“they”"):
        call_command("load_seeds", little)
