"""Readers that do what no reader should, for the tests of the sandbox. Plain Python."""

import ctypes
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lessons.sandbox import Refused, tell


def lines(path: Path, *args: Any) -> Iterator[Any]:
    yield from path.read_text("utf-8").splitlines()
    yield list(args)


def what_is_there(path: Path) -> Iterator[Any]:
    yield {
        "environment": sorted(os.environ),
        "files": [one.name for one in Path("/proc/self/fd").iterdir()],
        "django": "django" in sys.modules,
        "pid": os.getpid(),
    }


def refuses(path: Path) -> Iterator[Any]:
    yield 1
    raise Refused("No: %(name)s.", name=path.name)


def prints(path: Path) -> Iterator[Any]:
    print("= this is no item")  # noqa: T201
    os.write(1, b"! nor is this a refusal\n")
    yield "item"


def fails(path: Path) -> Iterator[Any]:
    yield 1 / 0


def crashes(path: Path) -> Iterator[Any]:
    ctypes.string_at(0)
    yield 1


def loops(path: Path) -> Iterator[Any]:
    while True:
        pass
    yield 1


def sleeps(path: Path, seconds: float) -> Iterator[Any]:
    yield os.getpid()
    yield "x" * 100_000  # so that what came before is on its way
    time.sleep(seconds)


def eats(path: Path) -> Iterator[Any]:
    held = []
    while True:
        held.append(bytearray(10_000_000))
    yield 1


def nests(path: Path) -> Iterator[Any]:
    yield from nests(path)


def tells(path: Path, seconds: float) -> Iterator[Any]:
    yield os.getpid()
    tell(1, 3)
    time.sleep(seconds)
    yield "end"


def says(path: Path, number: int, length: int) -> Iterator[Any]:
    for _number in range(number):
        yield "x" * length


def writes(path: Path) -> Iterator[Any]:
    yield path.with_name("written").write_text("x")


def opens(path: Path) -> Iterator[Any]:
    yield len([path.open() for _number in range(100)])
