"""Files of strangers are read in a process of their own, which costs an error message at most.

A reader is a generator function of plain Python, named "package.module:function", that takes the
path of a file (and more that JSON can say) and yields values that JSON can say. `stream` runs it in
a bare Python, without Django, our secrets or our open files, within `Limits`; what it yields
arrives one by one. What goes wrong there is a `Refused` here. The limits hold what a file may cost;
the process still has the rights of our user.

A reader says by `tell` how far it is. Whoever `heed`s that may raise, also while nothing is told:
the process is killed then, in the middle of a page if need be.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import logging
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
CHILD = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from lessons.sandbox import main; main()"
)
PIECE = 1 << 16
BEAT = 0.5  # seconds between two questions whether it is still wanted
TELLING = 0.2  # seconds between two words of how far a reader is
# What a line of the child begins with.
ITEM, PROGRESS, REFUSAL, FAULT, END = b"=", b"%", b"!", b"?", b"."
OUT_OF_MEMORY = 70  # the child's exit status
MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a reader may take: seconds that it computes and that it is waited for, bytes of memory,
    of all it yields and of one value, and files open at once."""

    seconds: float = 60
    waiting: float = 120
    memory: int = 1024 * MB
    output: int = 256 * MB
    item: int = 16 * MB
    files: int = 32


USUAL = Limits()
Heed = Callable[[int, int | None], None]  # how much is done, and of how much if that is known


def marked(sentence: str) -> str:
    """Return ``sentence``: readers import this as ``_``, so that translators find it."""
    return sentence


_ = marked
TOO_LONG = _("Reading this file took too long, so it was given up. Split it into smaller files.")
TOO_MUCH_MEMORY = _("Reading this file took too much memory. Split it into smaller files.")
TOO_MUCH = _("This file holds more than can be taken in at once. Split it into smaller files.")
UNREADABLE = _(
    "This file cannot be read: it is damaged, or not what its name says. "
    "Open it in the program it comes from and save it anew."
)


class Message(str):
    """A sentence for a person: English as it is, in another language by ``said(gettext)``.

    ``sentence`` is what translators know, with named placeholders for ``params``.
    """

    __slots__ = ("params", "sentence")
    sentence: str
    params: dict[str, Any]

    def __new__(cls, sentence: str, **params: Any) -> Message:
        """Fill ``params`` into ``sentence``."""
        self = super().__new__(cls, sentence % params if params else sentence)
        self.sentence, self.params = sentence, params
        return self

    def said(self, gettext: Callable[[str], str]) -> str:
        """Return it in the language of ``gettext``."""
        return gettext(self.sentence) % self.params if self.params else gettext(self.sentence)


class Refused(Exception):
    """A file is not taken in; ``message`` says why, and what to do."""

    def __init__(self, sentence: str, **params: Any) -> None:
        self.message = Message(sentence, **params)
        super().__init__(self.message)


def unheeded(done: int, total: int | None) -> None:
    """Take no notice of how far a reader is."""


def stream(
    reader: str, path: Path, *args: Any, limits: Limits = USUAL, heed: Heed = unheeded
) -> Iterator[Any]:
    """Yield what ``reader`` yields for the file at ``path``; the process ends with the iteration.

    ``heed`` is called with what the reader tells, and at least every BEAT seconds while it is
    waited for; what it raises ends the reader. Raises Refused for what the reader refuses, for a
    reader that fails or dies, and for one that exceeds ``limits``.
    """
    with _child(reader, path, args, limits) as child:
        told: tuple[int, int | None] = (0, None)
        for line in _lines(child, limits):
            if line[:1] == ITEM:
                yield json.loads(line[1:])
            elif not line or line[:1] == PROGRESS:
                told = tuple(json.loads(line[1:])) if line else told
                heed(*told)
            elif line[:1] == END:
                return
            else:
                _refuse(line, path)
        raise Refused(_cause_of_death(child.wait(), path))


@contextmanager
def _child(
    reader: str, path: Path, args: tuple[Any, ...], limits: Limits
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the child, and leave nothing of it."""
    task = json.dumps([reader, str(path), list(args), asdict(limits)])
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    with subprocess.Popen(
        [sys.executable, "-ISB", "-Xutf8", "-c", CHILD, json.dumps([str(ROOT), *sys.path]), task],
        stdin=subprocess.PIPE,  # never written: as it closes, be it by our death, the child dies
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=kept,
        bufsize=0,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def _lines(child: subprocess.Popen[bytes], limits: Limits) -> Iterator[bytearray]:
    """Yield the child's lines, an empty one after each BEAT without any; only the time it is waited
    for counts."""
    out = cast("IO[bytes]", child.stdout).fileno()
    held, output, waiting = bytearray(), 0, limits.waiting
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        while True:
            since = time.monotonic()
            ready = selector.select(max(min(waiting, BEAT), 0))
            waiting -= time.monotonic() - since
            if not ready:
                if waiting <= 0:
                    raise Refused(TOO_LONG)
                yield bytearray()
                continue
            piece = os.read(out, PIECE)
            if not piece:
                return
            output += len(piece)
            held += piece
            if b"\n" in piece:
                *lines, held = held.split(b"\n")
                yield from lines
            if output > limits.output or len(held) > limits.item:
                raise Refused(TOO_MUCH)


def _refuse(line: bytearray, path: Path) -> None:
    said = json.loads(line[1:])
    if line[:1] == REFUSAL:
        sentence, params = said
        raise Refused(sentence, **params)
    logger.warning("The reader of %s failed: %s", path, said)
    raise Refused(UNREADABLE)


def _cause_of_death(status: int, path: Path) -> str:
    logger.warning("The reader of %s ended with status %s.", path, status)
    if status == -signal.SIGXCPU:
        return TOO_LONG
    # A library that is refused memory aborts; Linux kills whoever takes the memory of all.
    out_of_memory = {OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL}
    return TOO_MUCH_MEMORY if status in out_of_memory else UNREADABLE


# In the child


def main() -> None:
    """Run the reader that the command line names, and write what it yields as lines."""
    reader, path, args, limits = json.loads(sys.argv[2])
    out = _take_output()
    _voice.append(out)
    _die_with_parent()
    try:
        _restrict(Limits(**limits))
        module, _colon, function = reader.partition(":")
        for value in getattr(importlib.import_module(module), function)(Path(path), *args):
            _say(out, ITEM, value)
        out.write(END + b"\n")
    except Refused as refused:
        _say(out, REFUSAL, [refused.message.sentence, refused.message.params])
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception:
        _say(out, FAULT, traceback.format_exc()[-4000:])
    out.flush()
    os._exit(0)  # there is nothing to tidy up


_voice: list[Any] = []  # the way to the parent, in a child
_last_told = 0.0


def tell(done: int, total: int | None = None) -> None:
    """Say how far this reader is, as often as it likes; nothing happens outside the sandbox."""
    global _last_told  # noqa: PLW0603 - a child reads one file
    if _voice and time.monotonic() - _last_told > TELLING:
        _last_told = time.monotonic()
        _say(_voice[0], PROGRESS, [done, total])
        _voice[0].flush()


def _take_output() -> Any:
    """Return the way to the parent; what a library prints goes elsewhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=PIECE)
    os.dup2(2, 1)
    return out


def _say(out: Any, kind: bytes, value: Any) -> None:
    out.write(kind + json.dumps(value, separators=(",", ":")).encode() + b"\n")


def _die_with_parent() -> None:
    """Have the kernel end us as our input closes: no death signal of a mere thread does that."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)


def _restrict(limits: Limits) -> None:
    seconds = max(int(limits.seconds), 1)
    for what, limit in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
