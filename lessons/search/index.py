"""This machine's index: a disposable folder that all its processes share through memory mapping.

PostgreSQL is the only truth. Before it answers, the index reads the outbox for what it has not seen
and catches up under a lock. A folder that is missing, damaged or of another version is built anew.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import tantivy
from django.conf import settings
from django.utils.translation import gettext as _

from lessons import replica

from . import documents, schema, state
from .building import BUILD_LOCK, refuse, refuse_if_large
from .limits import unlimited
from .locks import SearchUnavailable, locked
from .outbox import Position, behind, changes_since, own_writes_pending, start
from .state import Signature, State
from .watching import Watched

log = logging.getLogger(__name__)

LOCK = "lock"  # held while changes are written; taken after BUILD_LOCK, never before it
HEAP = 64_000_000  # bytes a writer collects before it writes a segment
SMALL_HEAP = 16_000_000
MANY = 1000  # changes from which a larger heap pays
NEW = 60.0  # seconds in which an index just built is not built anew for a failing answer
CANNOT_WRITE = (
    "no space left",
    "quota exceeded",
    "file too large",
    "read-only file system",
    "permission denied",
    "too many open files",
)
Progress = Callable[[str, int], None]


class Snapshot(NamedTuple):
    """What one search looks at: both searchers stay as they are while it holds them."""

    records: tantivy.Searcher
    passages: tantivy.Searcher
    generation: str
    position: Position


class Index:
    """The index below ``root`` as one process sees it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._guard = threading.RLock()
        self._signature: Signature | None = None
        self._state: State | None = None
        self._open: dict[str, tantivy.Index] = {}
        self._tried = ""  # the generation read last, should it prove damaged

    def snapshot(self) -> Snapshot:
        """Return searchers that know every change committed before this call.

        Whatever the index reads, it reads from the primary; a replica that has not all the index
        holds is asked nothing more by who looks at it.

        What is damaged is built anew. Raises SearchUnavailable if that cannot be done now and
        Building if it takes long. Inside a transaction that has written, the index is as the last
        search left it: what may yet roll back does not get into it.
        """
        with self._guard:
            try:
                return self._current()
            except (OSError, ValueError) as error:
                self._forget()
                _refuse_if_unwritable(error)
                log.warning("the search index at %s failed: %s", self.root, error)
            try:
                self._distrust(self._tried)
                return self._current()
            except (OSError, ValueError) as error:
                self._forget()
                raise SearchUnavailable(str(error)) from error

    def _current(self) -> Snapshot:
        with replica.primary():
            self._refresh()
            if self._state is None or not (own_writes_pending() or self._catch_up()):
                refuse_if_large(self.root)
                self.rebuild(if_needed=True)
        if self._state is not None:
            replica.need(self._state.wal)
        return self._snapshot()

    def _snapshot(self) -> Snapshot:
        held = self._state
        if held is None:
            raise SearchUnavailable(_("There is no search index."))
        searchers = {
            name: cast("tantivy.Searcher", Watched(one.searcher(), self._damaged))
            for name, one in self._open.items()
        }
        return Snapshot(generation=held.generation, position=held.position, **searchers)

    # Reading what is on disk

    def _refresh(self) -> None:
        """Take over what another process has written since we looked."""
        signature = state.signature(self.root)
        if signature == self._signature and self._state is not None:
            return
        held = state.read(self.root)
        if held is None:
            self._forget()
            return
        self._tried = held.generation
        if self._state is None or held.generation != self._state.generation:
            self._open = _open_generation(self.root / held.generation)
        for one in self._open.values():
            one.reload()
        self._state, self._signature = held, signature

    def _forget(self) -> None:
        self._state, self._signature, self._open = None, None, {}

    def _distrust(self, generation: str) -> None:
        """Let a generation be built anew, unless another process has replaced it already."""
        with locked(self.root / LOCK):
            held = state.read(self.root)
            if held is not None and held.generation == generation:
                state.forget(self.root)

    def _damaged(self) -> None:
        """Let the next search build anew what could not answer, but not again and again."""
        with self._guard:
            held = self._state
            written = state.signature(self.root)
            self._forget()
            if held and written and _built(self.root / held.generation) < time.time() - NEW:
                log.warning("the search index at %s is damaged", self.root)
                self._distrust(held.generation)

    # Catching up

    def _catch_up(self) -> bool:
        """Index what has changed; return False if the index has to be built anew.

        Raises Building if there is so much that it is done in the background.
        """
        held = self._state
        changes = changes_since(held.position) if held else None
        if held is None or changes is None:
            return False
        if not changes.rows and changes.position == held.position:
            return True
        if changes.more:
            refuse(self.root, "catch-up", behind(held.position) or 0)
        return self._apply_pending({row.id for row in changes.rows})

    def catch_up(self, progress: Progress | None = None) -> bool:
        """Index what has changed, however much; return False if there is no index to go on from."""
        with locked(self.root / BUILD_LOCK):
            self._refresh()
            return self._apply_pending(set(), progress)

    @unlimited()  # what is begun is brought to an end, or nobody would ever search
    def _apply_pending(self, wanted: set[int], progress: Progress | None = None) -> bool:
        """Index what is pending, unless another process has just done so with all ``wanted``."""
        with locked(self.root / LOCK):
            self._refresh()
            if wanted and self._state and self._state.position.includes(wanted):
                return True
            done, more = 0, True
            while more:
                held = self._state
                changes = changes_since(held.position) if held else None
                if held is None or changes is None:
                    return False
                self._write("records", {row.record for row in changes.rows if row.record})
                self._write("passages", {row.passage for row in changes.rows if row.passage})
                if changes.position != held.position:
                    self._save(replace(held, position=changes.position))
                done, more = done + len(changes.rows), changes.more
                if progress:
                    progress("changes", done)
            return True

    def _write(self, name: str, ids: set[int]) -> None:
        if not ids:
            return
        index = self._open[name]
        writer = index.writer(heap_size=SMALL_HEAP if len(ids) < MANY else HEAP, num_threads=1)
        try:
            # By query, not by term: the binding takes a number for a signed one, which none is.
            old = tantivy.Query.term_set_query(schema.SCHEMAS[name](), "id", sorted(ids))
            writer.delete_documents_by_query(old)
            for document in documents.documents(name, ids):
                writer.add_document(document)
            writer.commit()
        finally:
            writer.wait_merging_threads()
        index.reload()

    def _save(self, new: State) -> None:
        if replica.configured():
            new = replace(new, wal=replica.written())
        state.write(self.root, new)
        self._state, self._signature = new, state.signature(self.root)

    # Building

    @unlimited()
    def rebuild(self, progress: Progress | None = None, *, if_needed: bool = False) -> State:
        """Build a new generation from the database and switch to it; the old one serves meanwhile.

        With ``if_needed`` nothing is done if there is one that can catch up. Raises
        SearchUnavailable inside a transaction that has written, since that may yet roll back.
        """
        if own_writes_pending():
            raise SearchUnavailable(
                _("There is no search index, and none can be built within a transaction.")
            )
        with locked(self.root / BUILD_LOCK):
            self._forget()
            held = state.read(self.root)
            if if_needed and held is not None and behind(held.position) is not None:
                self._refresh()
                return held
            self._sweep(held.generation if held else "")
            new = self._build(progress)
            with locked(self.root / LOCK):
                self._save(new)
                self._tried = new.generation
                self._open = _open_generation(self.root / new.generation)
                self._sweep(new.generation)
            return new

    def _build(self, progress: Progress | None) -> State:
        generation = f"g-{uuid.uuid4().hex[:12]}"
        position = start()  # before the database is read, so that nothing changes unnoticed
        try:
            for name in schema.SCHEMAS:
                folder = self.root / generation / name
                folder.mkdir(parents=True)
                _fill(_create(name, folder), documents.documents(name), name, progress)
        except BaseException:
            shutil.rmtree(self.root / generation, ignore_errors=True)
            raise
        return State(version=schema.VERSION, generation=generation, position=position)

    def _sweep(self, kept: str) -> None:
        """Remove other generations; a process still reading one keeps its mapped files."""
        for folder in self.root.glob("g-*"):
            if folder.name != kept:
                shutil.rmtree(folder, ignore_errors=True)


def _refuse_if_unwritable(error: Exception) -> None:
    """Raise SearchUnavailable if the index is well but cannot be written."""
    if any(reason in str(error).lower() for reason in CANNOT_WRITE):
        raise SearchUnavailable(
            _("The search index cannot be written: %(reason)s.") % {"reason": error}
        ) from error


def _built(folder: Path) -> float:
    """Return when a generation was built, in seconds since 1970; 0 if it is gone."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _create(name: str, folder: Path) -> tantivy.Index:
    return _with_analyzers(tantivy.Index(schema.SCHEMAS[name](), path=str(folder)))


def _open_generation(folder: Path) -> dict[str, tantivy.Index]:
    return {
        name: _with_analyzers(tantivy.Index.open(str(folder / name))) for name in schema.SCHEMAS
    }


def on_disk(folder: Path) -> dict[str, int]:
    """Return how many documents a generation holds; raises OSError or ValueError if damaged."""
    return {name: one.searcher().num_docs for name, one in _open_generation(folder).items()}


def _with_analyzers(index: tantivy.Index) -> tantivy.Index:
    for name, analyzer in schema.analyzers().items():
        index.register_tokenizer(name, analyzer)
    index.config_reader(reload_policy="manual")
    return index


def _fill(
    index: tantivy.Index,
    found: Iterable[tantivy.Document],
    name: str,
    progress: Progress | None,
) -> None:
    # One thread: two would put documents in another order each time, and records of equal rank
    # follow the order of documents.
    writer = index.writer(heap_size=HEAP * 4, num_threads=1)
    try:
        for number, document in enumerate(found, start=1):
            writer.add_document(document)
            if progress and number % 1000 == 0:
                progress(name, number)
        writer.commit()
    finally:
        writer.wait_merging_threads()


@cache
def machine_index() -> Index:
    """Return this process's view of the index of the installation."""
    return Index(Path(settings.SEARCH_DIR))
