"""An index that is missing, damaged, of another version or cannot be written."""

import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from lessons.models import Record
from lessons.search import Building, Filters, Found, SearchUnavailable, building, schema, state
from lessons.search.index import Index, machine_index
from tests.factories import make_many, make_published

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()
WORDS = Filters(q="listen")


@pytest.fixture
def many():
    return make_many(50)


@pytest.fixture
def fresh(settings):
    """Return a function that gives the index as a process sees it that has just started."""

    def start() -> Index:
        machine_index.cache_clear()
        return machine_index()

    return start


def largest(index: Index, suffix: str) -> Path:
    """Return the longest of the index's files of a sort."""
    folder = index.root / index.snapshot().generation / "records"
    return max(folder.glob(f"*{suffix}"), key=lambda path: path.stat().st_size)


def replace(path: Path, content: bytes) -> None:
    """Write another file in its place: one that is cut while it is mapped kills its reader."""
    path.with_suffix(".tmp").write_bytes(content)
    path.with_suffix(".tmp").replace(path)


def test_a_deleted_index_is_built_anew(many, fresh):
    index = fresh()
    index.snapshot()
    shutil.rmtree(index.root)
    assert Found(WORDS, ANYONE).total == 50
    shutil.rmtree(index.root)
    fresh()
    assert Found(WORDS, ANYONE).total == 50


def test_a_deleted_generation_is_built_anew(many, fresh):
    index = fresh()
    shutil.rmtree(index.root / index.snapshot().generation)
    make_published(statement="Listen.")
    assert Found(WORDS, ANYONE).total == 51
    shutil.rmtree(index.root / index.snapshot().generation)
    fresh()
    assert Found(WORDS, ANYONE).total == 51


@pytest.mark.parametrize("suffix", [".idx", ".fast", ".term", ".pos", ".store", "meta.json"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_noticed_by_the_next_process(suffix, kept, many, fresh):
    path = largest(fresh(), suffix)
    replace(path, path.read_bytes()[: int(path.stat().st_size * kept)])
    fresh()
    assert Found(WORDS, ANYONE).total == 50
    call_command("search", "verify")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"version": 1}', "\0\0"])
def test_a_damaged_state_is_written_anew(content, many, fresh):
    index = fresh()
    index.snapshot()
    (index.root / state.STATE).write_text(content)
    fresh()
    assert Found(WORDS, ANYONE).total == 50


def test_an_index_of_another_version_is_built_anew(many, fresh, monkeypatch):
    old = fresh().snapshot().generation
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    fresh()
    assert Found(WORDS, ANYONE).total == 50
    assert machine_index().snapshot().generation != old
    assert len(list(machine_index().root.glob("g-*"))) == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_bit_is_named_by_verify_and_healed_by_rebuild(seed, many, fresh, capsys):
    chance = random.Random(seed)
    path = largest(fresh(), chance.choice([".idx", ".fast", ".term", ".pos"]))
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content) - 200)] ^= 1 << chance.randrange(8)
    replace(path, bytes(content))
    fresh()
    with pytest.raises((CommandError, SystemExit)):
        call_command("search", "verify")
    assert str(path) in capsys.readouterr().err
    call_command("search", "rebuild")
    call_command("search", "verify")


def test_files_that_a_killed_process_left_half_written_are_no_damage(many, fresh):
    path = largest(fresh(), ".idx")
    path.with_name("eeb2675e6ade4dab8f4eeb66a857e16b.idx").write_bytes(path.read_bytes()[:100])
    call_command("search", "verify")


def test_a_search_that_breaks_on_a_damaged_file_lets_it_be_built_anew(many, fresh, monkeypatch):
    index = fresh()
    snapshot = index.snapshot()
    folder = index.root / snapshot.generation
    os.utime(folder, (time.time() - 3600, time.time() - 3600))

    def panic(*args, **named):
        raise OSError("I/O error")

    broken = snapshot.records
    broken.__dict__["_searcher"] = type("Broken", (), {"search": panic})()
    with pytest.raises(SearchUnavailable, match="damaged"):
        broken.search(None)
    assert index.snapshot().generation != snapshot.generation
    assert Found(WORDS, ANYONE).total == 50


def test_a_lock_file_left_behind_stops_nobody(many, fresh):
    index = fresh()
    folder = index.root / index.snapshot().generation
    for name in ("records", "passages"):
        (folder / name / ".tantivy-writer.lock").write_text("")
    for name in ("lock", "build-lock"):
        (index.root / name).write_text("4711")
    make_published(statement="Listen.")
    fresh()
    assert Found(WORDS, ANYONE).total == 51


@contextlib.contextmanager
def no_file_longer_than(size: int):
    """Let writing fail as on a full disk, for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 100, 1000])
def test_where_nothing_can_be_written_it_says_so_and_lists_go_on(size, many, fresh):
    assert Found(WORDS, ANYONE).total == 50
    make_published(title="Zanzibar", statement="Listen.")
    with no_file_longer_than(size):
        for _time in range(2):
            with pytest.raises(SearchUnavailable, match=r"cannot be written: .*[Ff]ile too large"):
                Found(WORDS, ANYONE)
            assert Found(Filters(), ANYONE).total == 51
            assert len(Found(Filters(), ANYONE).rows(0, 20)) == 20
    assert Found(WORDS, ANYONE).total == 51


def test_where_no_index_can_be_built_it_says_so_and_leaves_nothing_behind(many, fresh):
    with no_file_longer_than(1000):
        with pytest.raises(SearchUnavailable, match="cannot be written"):
            Found(WORDS, ANYONE)
        assert Found(Filters(), ANYONE).total == 50
        assert list(machine_index().root.glob("g-*")) == []
    assert Found(WORDS, ANYONE).total == 50


@pytest.fixture
def small_disk(tmp_path, settings):
    """Put the index on a disk of 4 MB; only root can."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs root, to mount a small disk")
    settings.SEARCH_DIR = folder / "search"
    machine_index.cache_clear()
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_says_so_and_recovers(many, small_disk):
    assert Found(WORDS, ANYONE).total == 50
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"\0" * 4096)
    make_published(statement="Listen.")
    with pytest.raises(SearchUnavailable, match="No space left"):
        Found(WORDS, ANYONE)
    assert Found(Filters(), ANYONE).total == 51
    (small_disk / "filler").unlink()
    assert Found(WORDS, ANYONE).total == 51
    call_command("search", "verify")


@pytest.fixture
def started(monkeypatch):
    """Return the verbs for which a process would have been started."""
    verbs: list[str] = []

    def start(root, verb):
        verbs.append(verb)
        building.write_progress(root, 0)

    monkeypatch.setattr(building, "start", start)
    return verbs


def test_a_large_index_is_built_beside_the_site(many, fresh, started, monkeypatch):
    monkeypatch.setattr(building, "INLINE", 10)
    for _time in range(3):
        with pytest.raises(Building, match="0 of 50"):
            Found(WORDS, ANYONE)
        assert Found(Filters(), ANYONE).total == 50
    assert started == ["rebuild"]
    call_command("search", "rebuild", "--if-needed")
    assert Found(WORDS, ANYONE).total == 50


def test_a_builder_that_died_is_started_again(many, fresh, started, monkeypatch):
    monkeypatch.setattr(building, "INLINE", 10)
    with pytest.raises(Building):
        Found(WORDS, ANYONE)
    building.write_progress(machine_index().root, 20, pid=os.getpid())  # but it holds no lock
    with pytest.raises(Building):
        Found(WORDS, ANYONE)
    assert started == ["rebuild", "rebuild"]


def test_a_flood_of_changes_is_indexed_beside_the_site(many, fresh, started, monkeypatch):
    assert Found(WORDS, ANYONE).total == 50
    monkeypatch.setattr("lessons.search.outbox.STEP", 10)
    Record.objects.update(statement="Hark.")
    with pytest.raises(Building):
        Found(WORDS, ANYONE)
    assert Found(Filters(), ANYONE).total == 50
    assert started == ["catch-up"]
    call_command("search", "catch-up")
    assert Found(WORDS, ANYONE).total == 0
    assert Found(Filters(q="hark"), ANYONE).total == 50
    call_command("search", "verify")


def test_the_state_holds_what_was_read(many, fresh):
    index = fresh()
    position = index.snapshot().position
    held = json.loads((index.root / state.STATE).read_text())
    assert held["position"][0] == position.row
    assert state.read(index.root).position == position
