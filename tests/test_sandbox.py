"""A file costs an error message at most, whatever its reader does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lessons import sandbox
from lessons.sandbox import Limits, Message, Refused, stream

ROOT = Path(__file__).resolve().parent.parent
TIGHT = Limits(seconds=1, waiting=20, memory=300 * sandbox.MB, output=sandbox.MB, item=100_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("one\ntwo – €\n", "utf-8")
    return path


def run(reader: str, path: Path, *args: Any, limits: Limits = TIGHT) -> list[Any]:
    return list(stream(f"tests.reckless:{reader}", path, *args, limits=limits))


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int) -> bool:
    until = time.monotonic() + 5
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not lives(pid)


def test_values_arrive_as_they_were_said(file: Path) -> None:
    assert run("lines", file, 1, "deux") == ["one", "two – €", [1, "deux"]]


def test_a_reader_has_no_django_no_secrets_and_no_open_files_of_ours(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HINDSIGHT_SECRET_KEY", "secret")
    with file.open() as ours:
        os.set_inheritable(ours.fileno(), True)
        (found,) = run("what_is_there", file)
    assert not found["django"]
    assert set(found["environment"]) <= {"LC_CTYPE", "LD_LIBRARY_PATH"}
    assert len(found["files"]) <= 5


def test_what_a_library_prints_is_not_taken_for_what_the_reader_says(file: Path) -> None:
    assert run("prints", file) == ["item"]


def test_a_refusal_arrives_after_what_was_read_before_and_can_be_translated(file: Path) -> None:
    values = stream("tests.reckless:refuses", file)
    assert next(values) == 1
    with pytest.raises(Refused) as refusal:
        next(values)
    assert str(refusal.value) == "No: file."
    french = {"No: %(name)s.": "Non : %(name)s."}
    assert refusal.value.message.said(french.__getitem__) == "Non : file."


def test_a_message_without_placeholders_may_hold_a_per_cent_sign() -> None:
    message = Message("All of it, 100 %.")
    assert message == message.said(lambda text: text) == "All of it, 100 %."


@pytest.mark.parametrize(
    ("reader", "args", "message"),
    [
        ("fails", (), sandbox.UNREADABLE),
        ("crashes", (), sandbox.UNREADABLE),
        ("nests", (), sandbox.UNREADABLE),
        ("writes", (), sandbox.UNREADABLE),
        ("opens", (), sandbox.UNREADABLE),
        ("loops", (), sandbox.TOO_LONG),
        ("eats", (), sandbox.TOO_MUCH_MEMORY),
        ("says", (1, 10_000_000), sandbox.TOO_MUCH),
        ("says", (1_000, 10_000), sandbox.TOO_MUCH),
    ],
)
def test_what_goes_wrong_is_one_clear_refusal(
    file: Path, reader: str, args: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(Refused) as refusal:
        run(reader, file, *args)
    assert str(refusal.value) == message


def test_why_a_reader_failed_stands_in_the_log(file: Path, caplog: Any) -> None:
    with pytest.raises(Refused):
        run("fails", file)
    assert "ZeroDivisionError" in caplog.text


def test_a_reader_that_waits_is_not_waited_for(file: Path) -> None:
    limits = Limits(waiting=0.3)
    values = stream("tests.reckless:sleeps", file, 60, limits=limits)
    pid = next(values)
    with pytest.raises(Refused, match="too long"):
        list(values)
    assert not lives(pid)


def test_only_the_time_the_reader_takes_is_counted(file: Path) -> None:
    values = stream("tests.reckless:says", file, 100, 10_000, limits=Limits(waiting=0.5))
    next(values)
    time.sleep(0.6)
    assert len(list(values)) == 99


def test_many_values_flow_within_the_limit_of_one(file: Path) -> None:
    assert len(run("says", file, 9, 90_000)) == 9


def test_a_reader_ends_with_whoever_stops_listening(file: Path) -> None:
    values = stream("tests.reckless:sleeps", file, 60)
    pid = next(values)
    assert lives(pid)
    values.close()
    assert not lives(pid)


def test_how_far_a_reader_is_arrives_beside_what_it_yields(file: Path) -> None:
    heard: list[Any] = []
    values = stream("tests.reckless:tells", file, 0, heed=lambda *how_far: heard.append(how_far))
    assert list(values)[1:] == ["end"]
    assert heard == [(1, 3)]


def test_a_reader_that_is_no_longer_wanted_is_killed_also_while_it_says_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "BEAT", 0.01)
    heard: list[Any] = []

    def heed(done: int, total: int | None) -> None:
        heard.append((done, total))
        if heard.count((1, 3)) > 2:
            raise InterruptedError

    values = stream("tests.reckless:tells", file, 60, heed=heed)
    pid = next(values)
    with pytest.raises(InterruptedError):
        list(values)
    assert not lives(pid)


def test_a_reader_ends_with_the_process_that_asked(file: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from lessons.sandbox import stream\n"
        "values = stream('tests.reckless:sleeps', Path(sys.argv[1]), 60)\n"
        "print(next(values), flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert lives(pid)
        parent.send_signal(signal.SIGKILL)
    assert ends(pid)
