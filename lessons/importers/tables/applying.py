"""Making a staged import true: all of it or nothing, as one act of the history.

Who edits meanwhile loses nothing: records are held in the order of their ids, as all that hold
several do, and a record that is no longer what was shown keeps the whole import from happening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, InternalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.models import Import, Tag
from lessons.models.history import told
from lessons.permissions import editable_statuses, require

from . import statements
from .guarding import Outdated, as_a_set
from .staging import Progress

TABLES = ("coming", "changing", "wanted")
# One after the other: two would not see the sources and references that the other makes.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('lessons_import'))"


SINCE = {
    statements.CHANGED_SINCE: gettext_lazy("Records were changed by others since you looked."),
    statements.IMPORTED_SINCE: gettext_lazy("Some rows were imported by others since you looked."),
    statements.NAMES_GONE: gettext_lazy("A theme, tag or record that rows name is gone by now."),
}


def write(one: Import, *, by: Any, progress: Progress) -> str:
    """Write the staged rows that make or change a record; return the act's name.

    Raises Outdated if what they rest on has changed since, PermissionDenied if ``by`` may not do
    it. Needs a transaction.
    """
    steps = _Steps(progress, sum(one.counts.values()))
    with _temporary(one):
        _run(ONE_AT_A_TIME)
        with _refusals_in_words():
            # An act of its own: the sources stay when the records are undone, like any report.
            with told("add report", by=by):
                _sources(steps)
            _run(statements.HOLD_RECORDS)
            _check(by)
            _tags(by)
            with told("import", by=by, table=one.pk) as act, as_a_set():
                _records(by, steps)
                # The statistics of before know nothing of these rows.
                _run(f"ANALYZE {', '.join(statements.WRITTEN)}")
            _run("SET CONSTRAINTS ALL IMMEDIATE")
            _run("SET CONSTRAINTS ALL DEFERRED")
    return act


class _Steps:
    """Tells how far it is: a statement is a step, whatever its rows."""

    MOST = 12

    def __init__(self, progress: Progress, rows: int) -> None:
        self.progress, self.rows, self.done = progress, rows, 0

    def __call__(self) -> None:
        self.done += 1
        done = self.rows * min(self.done, self.MOST) // self.MOST
        self.progress(done, self.rows, _("Writing the records"))


@contextmanager
def _temporary(one: Import) -> Iterator[None]:
    """Spread the rows that do something out in tables of this transaction."""
    for name in TABLES:
        _run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    for statement in (statements.COMING, statements.CHANGING, statements.WANTED):
        _run(statement, of=one.pk)
    for name in TABLES:
        _run(f"ANALYZE {name}")
    yield
    for name in TABLES:
        _run(f"DROP TABLE {name}")


def _sources(steps: _Steps) -> None:
    for statement in (
        statements.KNOWN_BY_URL, statements.KNOWN_BY_TITLE,
        statements.ADD_REPORTS, statements.ADDED_REPORTS, statements.HOLD_REPORTS,
        "ANALYZE coming",  # else it is planned as if no row had a report
        statements.FOUND_PASSAGES, statements.ADD_PASSAGES,
    ):  # fmt: skip
        _run(statement)
    steps()


def _check(by: Any) -> None:
    """Raise Outdated if what was shown is no longer true."""
    for statement, said in SINCE.items():
        if _number(statement):
            raise Outdated(said, code="outdated")
    if by is not None:
        require(by, "add_record")
        require(by, "change_record")
        if _number(statements.NOT_EDITABLE, editable=list(editable_statuses(by))):
            require(by, "review_record")


def _tags(by: Any) -> None:
    """Make the tags that are not there, in one order, so that two who do never block each other."""
    with connection.cursor() as cursor:
        cursor.execute(statements.NEW_TAGS)
        names = [name for (name,) in cursor.fetchall()]
    if names:
        require(by, "add_tag")
        with told("add tag", by=by):
            Tag.objects.bulk_create(
                [Tag(name=name, slug=slug) for name, slug in _slugs(names)],
                ignore_conflicts=True, batch_size=1_000,
            )  # fmt: skip


def _slugs(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name with a slug of its own."""
    taken = set(Tag.objects.values_list("slug", flat=True))
    maker = Tag()
    for name in names:
        slug, number = maker.slugify(name), 0
        while slug in taken:
            number += 1
            slug = maker.slugify(name, number)
        taken.add(slug)
        yield name, slug


def _records(by: Any, steps: _Steps) -> None:
    person = None if by is None else by.pk
    for statement in (
        statements.ADD_RECORDS, statements.CHANGE_RECORDS, *statements.MEMBERS,
        statements.ADD_CITATIONS, statements.ADD_LINKS,
    ):  # fmt: skip
        _run(statement, by=person)
        steps()


def _run(statement: str, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _number(statement: str, **params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        (number,) = cursor.fetchone()
    return int(number)


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """What a constraint or guard refuses becomes Outdated: the checks knew nothing of it."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, InternalError) as error:
        told_by: Any = getattr(error.__cause__, "diag", None)
        reason = getattr(told_by, "message_primary", None) or error
        raise Outdated(
            _("The database refuses it, maybe for a change made meanwhile: %(reason)s.")
            % {"reason": reason},
            code="refused",
        ) from error
