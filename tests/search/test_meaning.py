"""Finding by meaning: what is kept, what is near, and what that changes in a list."""

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from lessons import curation
from lessons.management.commands.embed import Command
from lessons.models import Record, RecordEmbedding, RecordNeighbour
from lessons.search import Filters, Found, outbox
from lessons.search.meaning import fusion, model, vectors
from lessons.search.meaning.neighbours import near, place
from lessons.search.meaning.vectors import fill
from lessons.search.related import related
from tests.factories import make_published, make_record
from tests.search.by_concept import ByConcept

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()


def held() -> dict[tuple[int, str], str]:
    rows = RecordEmbedding.objects.values_list("record_id", "part", "model")
    return {(record, part): by for record, part, by in rows}


def save(record: Record, **changes: str) -> None:
    record.refresh_from_db()
    for name, value in changes.items():
        setattr(record, name, value)
    curation.save_record(record, by=None)


# What is kept


def test_every_text_is_read_once():
    one = make_published(title="One", statement="Said.", discussion="Why.")
    other = make_record(title="Other", statement="Said.")
    reader = ByConcept()
    assert fill(reader) == 3
    assert reader.read == ["One. Said.", "Why.", "Other. Said."]
    assert held().keys() == {
        (one.pk, "statement"), (one.pk, "discussion"), (other.pk, "statement"),
    }  # fmt: skip
    assert fill(reader) == 0
    assert len(reader.read) == 3


def test_only_what_has_changed_is_read_again():
    record = make_record(title="One", statement="Said.", discussion="Why.")
    reader = ByConcept()
    fill(reader)
    save(record, discussion="Because.")
    assert fill(reader) == 1
    assert reader.read[-1] == "Because."
    save(record, discussion="")
    assert fill(reader) == 0
    assert held().keys() == {(record.pk, "statement")}


def test_another_model_reads_everything_again():
    record = make_record()
    fill(ByConcept())
    assert fill(ByConcept("another")) == 1
    assert held() == {(record.pk, "statement"): "another"}


def test_what_was_broken_off_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(vectors, "BATCH", 2)
    for title in ("One", "Two", "Three", "Bad", "Five"):
        make_record(title=title, statement="Said.")
    with pytest.raises(KeyboardInterrupt):
        fill(ByConcept(bad="Bad"))
    reader = ByConcept()
    assert fill(reader) == 3
    assert [text.partition(".")[0] for text in reader.read] == ["Three", "Bad", "Five"]


def test_what_was_merged_away_is_forgotten():
    one, other = make_record(), make_record()
    fill(ByConcept())
    Record.objects.filter(pk=one.pk).update(merged_into=other)
    assert fill(ByConcept()) == 0
    assert held().keys() == {(other.pk, "statement")}


def test_what_is_deleted_meanwhile_is_not_kept():
    gone, stays = make_record(), make_record()

    class Deleting(ByConcept):
        def embed(self, texts):
            gone.delete()
            return super().embed(texts)

    fill(Deleting())
    assert held().keys() == {(stays.pk, "statement")}


# What is near


@pytest.fixture
def placed():
    """Return records of two concepts, with their neighbours found."""
    pytest.importorskip("numpy", reason="comparing needs numpy")
    made = {
        "alarm": make_published(title="Alarm", statement="Alarm and warning."),
        "signals": make_published(title="Signals", statement="Somebody foresaw."),
        "water": make_published(title="Water", statement="A well against thirst."),
        "hidden": make_record(title="Signals", statement="A warning, a warning!"),
    }
    fill(ByConcept())
    assert place("by-concept") == 4
    return made


def test_what_means_the_same_is_near_without_a_common_word(placed):
    assert set(near(placed["alarm"])) == {placed["signals"].pk, placed["hidden"].pk}
    assert placed["alarm"].pk in near(placed["signals"])
    assert near(placed["water"]) == []


def test_what_has_been_placed_is_not_placed_again(placed):
    assert place("by-concept") == 0
    save(placed["hidden"], statement="A mandate with rules.", title="Rules")
    fill(ByConcept())
    assert near(placed["alarm"]) == [placed["signals"].pk]
    assert place("by-concept") == 1
    assert near(placed["hidden"]) == []


def test_a_record_is_as_near_as_the_nearest_of_its_texts(placed):
    both = make_record(title="Mandate", statement="Rules.", discussion="Water, thirst, a well.")
    fill(ByConcept())
    place("by-concept")
    assert near(both) == [placed["water"].pk]


def test_similar_records_include_what_is_near_in_meaning_and_open(placed, monkeypatch):
    monkeypatch.setattr("lessons.search.related.installed", lambda: False)
    assert related(placed["alarm"], [], ANYONE).meant == []
    monkeypatch.setattr("lessons.search.related.installed", lambda: True)
    found = related(placed["alarm"], [], ANYONE)
    assert found.meant == [placed["signals"]]


def test_what_is_similar_for_another_reason_is_not_named_twice(placed, monkeypatch):
    monkeypatch.setattr("lessons.search.related.installed", lambda: True)
    twin = make_published(title="Alarm", statement="Alarm and warning.")
    fill(ByConcept())
    place("by-concept")
    found = related(placed["alarm"], [], ANYONE)
    assert found.same == [twin]
    assert twin not in found.meant


def test_the_page_names_what_is_similar_in_meaning(placed, monkeypatch, client):
    monkeypatch.setattr("lessons.search.related.installed", lambda: True)
    text = client.get(placed["alarm"].get_absolute_url()).content.decode()
    assert "similar in meaning" in text
    assert text.count(placed["signals"].get_absolute_url()) == 1


# What that changes in a list


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        (([1, 2, 3], [1, 2, 3]), [1, 2, 3]),
        (([1, 2, 3], [3, 2, 1]), [1, 3, 2]),
        (([1, 2, 3], [3]), [3, 1, 2]),
        (([1, 2], [2, 1]), [1, 2]),
        (([], [2, 1]), [2, 1]),
        (([1, 2, 3], []), [1, 2, 3]),
    ],
)
def test_what_stands_high_in_many_orders_comes_first(orders, expected):
    assert fusion.merged(*orders) == expected


@pytest.fixture
def by_meaning(settings, monkeypatch):
    """Return a function that lets searches be ordered by meaning."""

    def on() -> None:
        settings.SEARCH_BY_MEANING = True
        monkeypatch.setattr(fusion, "embedder", ByConcept)

    return on


@pytest.fixture
def three():
    """Return records that hold the word “ship”, the farthest first from what “telegram” means."""
    made = [
        make_published(title="Ship", statement="Water of a well."),
        make_published(title="Ship", statement="Water, cables."),
        make_published(title="Ship", statement="Dispatch and cables."),
    ]
    fill(ByConcept())
    return [record.pk for record in made]


def test_meaning_and_words_count_alike(three, by_meaning):
    far, between, close = three
    by_meaning()
    assert fusion.fused("telegram", three) == [far, close, between]
    assert fusion.fused("telegram", [between, far, close]) == [between, close, far]


def test_numbers_next_to_nothing_are_compared_too(three, by_meaning):
    by_meaning()
    RecordEmbedding.objects.update(vector=[1e-30] * model.DIMENSIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ByConcept, "embed", lambda _self, _texts: [[1e-30] * model.DIMENSIONS])
        assert fusion.fused("telegram", three) == three


def test_what_has_no_vector_keeps_its_place_by_words(three, by_meaning):
    by_meaning()
    RecordEmbedding.objects.all().delete()
    assert fusion.fused("telegram", three) == three


def test_meaning_orders_what_words_have_found_and_finds_nothing_else(three, by_meaning):
    make_published(title="Telegram")
    asked = Filters(q="ship or telegrams")
    before = Found(asked, ANYONE)
    by_meaning()
    after = Found(asked, ANYONE)
    assert after.total == before.total == 4
    assert after.ids() == fusion.fused(asked.q, before._ids(0, 4))
    assert after.facets("kind") == before.facets("kind")


def test_pages_laid_side_by_side_are_the_whole_list_by_meaning_too(by_meaning, monkeypatch):
    for number in range(12):
        make_published(title=f"Cables {'alarm ' * (number % 4)}{number}")
    fill(ByConcept())
    by_meaning()
    monkeypatch.setattr(fusion, "TOP", 7)
    found = Found(Filters(q="cables"), ANYONE)
    whole = found.ids()
    assert len(set(whole)) == 12
    assert [pk for start in range(0, 12, 5) for pk in found.ids(start, start + 5)] == whole
    assert Found(Filters(q="cables", sort="title"), ANYONE).ids() != whole


def test_without_the_setting_or_the_model_nothing_changes(settings, monkeypatch):
    make_published(title="Cables")
    monkeypatch.setattr(fusion, "fused", None)
    monkeypatch.setattr(fusion, "embedder", ByConcept)
    assert Found(Filters(q="cables"), ANYONE).total == 1
    settings.SEARCH_BY_MEANING = True
    monkeypatch.setattr(fusion, "embedder", lambda: None)
    assert len(Found(Filters(q="cables"), ANYONE).ids()) == 1


# The command and the model


def test_the_command_says_what_is_missing(monkeypatch):
    monkeypatch.setattr("lessons.management.commands.embed.embedder", lambda: None)
    with pytest.raises(CommandError, match="requirements-semantic"):
        call_command("embed")


def test_the_command_reads_and_places(monkeypatch):
    pytest.importorskip("numpy", reason="comparing needs numpy")
    monkeypatch.setattr("lessons.management.commands.embed.embedder", ByConcept)
    make_record(title="Alarm"), make_record(title="Signals")
    out = StringIO()
    call_command("embed", stdout=out)
    assert out.getvalue().startswith("2 texts read, 2 records placed")
    assert RecordEmbedding.objects.filter(placed=True).count() == 2


def test_following_reads_what_the_outbox_names():
    pytest.importorskip("numpy", reason="comparing needs numpy")
    reader = ByConcept()
    record = make_record(title="Alarm", statement="Said.")
    command = Command(stdout=StringIO())
    position = outbox.start()
    command._embed(reader)
    assert command._catch_up(reader, position) == position
    save(record, statement="Said again.")
    after = command._catch_up(reader, position)
    assert reader.read[-1] == "Alarm. Said again."
    assert after.row > position.row
    assert RecordNeighbour.objects.count() == 0


def test_the_model_reads_meaning():
    if not model.installed():
        pytest.skip("the extra “semantic” is not installed")
    reader = model.embedder()
    assert reader is not None
    asked, near_to_it, far = reader.embed(
        [
            "They knew beforehand and did nothing",
            "Early warnings were ignored",
            "Tents were bought too late for the rainy season",
        ]
    )

    def cosine(one: list[float], other: list[float]) -> float:
        return sum(a * b for a, b in zip(one, other, strict=True))

    assert cosine(asked, asked) == pytest.approx(1.0, abs=1e-5)
    assert cosine(asked, near_to_it) > cosine(asked, far) + 0.1


def test_a_model_that_is_not_the_expected_one_is_not_used(monkeypatch, tmp_path, caplog):
    class Altered:
        @staticmethod
        def model_path():
            (tmp_path / "model.onnx").write_bytes(b"something else")
            return tmp_path / "model.onnx"

    model.embedder.cache_clear()
    monkeypatch.setattr(model, "installed", lambda: True)
    monkeypatch.setattr(model, "import_module", lambda name: Altered)
    assert model.embedder() is None
    assert "not the model" in caplog.text
    model.embedder.cache_clear()
