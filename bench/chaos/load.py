"""The second process: people who write, import, take along and search until its input ends.

``python -m bench.chaos.load SETUP NOTES``; SETUP is JSON with port, tokens, session and passages.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.chaos.notes import Notes
from bench.chaos.visits import Answer, Broken, Visitor

PAUSE = 0.15  # seconds between two acts of one person: bounded load
SMALL, LARGE = 60, 2_100  # rows of a table; the large one is a worker's job
OK = 200
EVERY_LARGE = 5  # so many imports
JOB = 120.0  # seconds that one waits for a job


class Person(threading.Thread):
    """Does ``act`` again and again; notes every answer that is none of those expected."""

    def __init__(self, name: str, world: World, act: Callable[[World, Person], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.world, self.act = world, act
        self.chance = random.Random(f"{world.seed} {name}")  # noqa: S311
        self.number = 0

    def run(self) -> None:
        while not self.world.over.is_set():
            self.number += 1
            try:
                self.act(self.world, self)
            except Broken as error:
                self.world.notes.add("broken", who=self.name, error=str(error))
            except Unexpected as error:
                status = error.answer.status
                self.world.notes.add("answer", who=self.name, status=status, to=error.asked)
            self.world.over.wait(PAUSE)


class Unexpected(Exception):
    """An answer that does not do what was asked."""

    def __init__(self, answer: Answer, asked: str) -> None:
        super().__init__(asked)
        self.answer, self.asked = answer, asked


class World:
    """What all share."""

    def __init__(self, setup: dict[str, Any], notes: Notes) -> None:
        port = setup["port"]
        self.seed, self.passages = setup["seed"], setup["passages"]
        self.analyst = Visitor(port, setup["analyst"])
        self.reviewer = Visitor(port, setup["reviewer"])
        self.desk = Visitor(port, session=setup["session"])
        self.anybody = Visitor(port)
        self.notes, self.over = notes, threading.Event()


def expect(answer: Answer, status: int, asked: str) -> Answer:
    """Return the answer if it is the one expected; raises Unexpected."""
    if answer.status != status:
        raise Unexpected(answer, asked)
    return answer


def write(world: World, who: Person) -> None:
    """Write a record with its quotation, look for it, change it, have it published."""
    report, passage, words = who.chance.choice(world.passages)
    title = f"Chaos {who.name} {who.number}"
    mark = f"chaos{who.name}{who.number}x"
    body = {
        "kind": "lesson", "title": title, "statement": f"Words {mark} of a lesson.",
        "origin": "stated", "polarity": "good_practice",
        "citation": {"report": report, "passage": passage, "quotation": words},
    }  # fmt: skip
    world.notes.add("tried record", title=title)
    made = expect(world.analyst.send("POST", "records", body), 201, "write").json()
    code = _promised(world, made)
    if who.number % 3 == 0:
        _find(world, mark, code)
    for turn in range(who.chance.randint(1, 3)):
        version = _current(world, code)
        change = {"title": f"{title}, {turn}"}
        _promised(world, expect(
            world.analyst.send("PATCH", f"records/{code}", change, version), 200, "edit"
        ).json())  # fmt: skip
    for person, step in ((world.analyst, "submit"), (world.reviewer, "publish")):
        version = _current(world, code)
        _promised(world, expect(
            person.send("POST", f"records/{code}/steps", {"step": step}, version), 200, step
        ).json())  # fmt: skip


def _promised(world: World, record: dict[str, Any]) -> str:
    kept = {name: record[name] for name in ("code", "version", "title", "status")}
    world.notes.add("record", **kept)
    return record["code"]


def _current(world: World, code: str) -> int:
    answer = expect(world.analyst.get(f"/api/v1/records/{code}"), 200, "read")
    return answer.json()["version"]


def _find(world: World, mark: str, code: str) -> None:
    """What was acknowledged is found by the next search."""
    found = expect(world.analyst.get(f"/api/v1/records?q={mark}"), 200, "find").json()
    codes = [item["code"] for item in found["items"]]
    world.notes.add("search" if code in codes else "breach", wrong=f"{code} is not found")


def bring(world: World, who: Person) -> None:
    """Import a table, by the pages, large ones by a worker; every row or none."""
    number = f"{world.seed}-{who.number}"
    rows = LARGE if who.number % EVERY_LARGE == 0 else SMALL
    lines = [f"chaos-{number}-{row}\tImported {row}\tImported by {number}." for row in range(rows)]
    table = "\n".join(["Reference\tTitle\tStatement", *lines])
    asked = "upload"
    answer = expect(world.desk.post("/curate/import/", {"pasted": table}), 302, asked)
    address = answer.headers["Location"].removesuffix("columns/")
    form = {"column-0": "reference", "column-1": "title", "column-2": "statement",
            "kind": "lesson", "origin": "stated", "language": "en", "separator": ";"}  # fmt: skip
    expect(world.desk.post(f"{address}columns/", form), 302, "columns")
    _settled(world, address, "what “")
    world.notes.add("tried import", prefix=f"chaos-{number}-", rows=rows)
    expect(world.desk.post(f"{address}apply/", {}), 302, "apply")
    if _settled(world, address, "is imported"):
        world.notes.add("import", prefix=f"chaos-{number}-", rows=rows)


def _settled(world: World, address: str, said: str) -> bool:
    """Wait until an import is where its page says ``said``; a redirect means that a job is on."""
    until = time.monotonic() + JOB
    while time.monotonic() < until:
        try:
            answer = world.desk.get(address)
        except Broken:
            answer = None
        if answer and answer.status == OK:
            return said in answer.body.decode().lower()
        time.sleep(0.3)
    world.notes.add("breach", wrong=f"{address} waits for a job that does not end")
    return False


def take_along(world: World, who: Person) -> None:
    """Take all published records along: a file that ended holds all of them."""
    suffix = who.chance.choice(["csv", "jsonl", "json"])
    before = _published(world)
    body = expect(world.anybody.get(f"/records.{suffix}?columns=code,title"), 200, "export").body
    after = _published(world)
    rows = len(json.loads(body)["records"]) if suffix == "json" else len(body.splitlines())
    rows -= suffix == "csv"
    whole = before <= rows <= after
    wrong = f".{suffix} ended with {rows} records, of {before} to {after}"
    world.notes.add("export" if whole else "breach", wrong=wrong)


def _published(world: World) -> int:
    found = world.anybody.get("/api/v1/records?count=true&limit=1")
    return expect(found, 200, "count").json()["count"]


def search(world: World, who: Person) -> None:
    """Search as anybody does."""
    word = who.chance.choice(["warning", "imported", "lesson", "mandate", "civilians"])
    expect(world.anybody.get(f"/lessons/?q={word}"), 200, "search")
    world.notes.add("page")


ACTS = {"w1": write, "w2": write, "importer": bring, "policy": take_along, "visitor": search}


def main() -> None:
    """Work until standard input ends, then finish what was begun."""
    setup = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    world = World(setup, Notes(Path(sys.argv[2])))
    people = [Person(name, world, act) for name, act in ACTS.items()]
    for person in people:
        person.start()
    sys.stdin.read()
    world.over.set()
    for person in people:
        person.join()


if __name__ == "__main__":
    main()
