"""History: database triggers write one event per change, so bulk and raw writes are seen too."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from pghistory import runtime

# What a verb did, in words.
VERBS = {
    "save": _("written or changed"),
    "submit": _("sent to review"),
    "publish": _("published"),
    "send back": _("sent back"),
    "withdraw": _("withdrawn"),
    "recall": _("sent back to review"),
    "cite": _("quotation added"),
    "uncite": _("quotation taken away"),
    "link": _("linked"),
    "unlink": _("link taken away"),
    "add theme": _("theme added"),
    "remove theme": _("theme taken away"),
    "add tag": _("tag added"),
    "remove tag": _("tag taken away"),
    "assign": _("assigned"),
    "import": _("imported"),
    "suggest": _("suggestions looked for"),
    "accept suggestion": _("made from a suggestion"),
    "reject suggestion": _("suggestion rejected"),
    "save cue": _("cue written or changed"),
    "discard cue": _("cue taken away"),
    "collect": _("put on a reading list"),
    "drop": _("taken off a reading list"),
    "move": _("moved in a reading list"),
    "delete list": _("reading list deleted"),
    "annotate": _("note in a reading list changed"),
    "set access": _("access changed"),
    "undo": _("undone"),
    "revert": _("returned to an earlier version"),
}

ModelT = TypeVar("ModelT", bound=type[models.Model])


def _events() -> tuple[pghistory.RowEvent, ...]:
    """Return what is kept: by one statement for all rows of a statement, since a trigger for each
    row notes its context anew each time, which takes ever longer within one transaction."""
    events = (pghistory.InsertEvent, pghistory.UpdateEvent, pghistory.DeleteEvent)
    return tuple(event(level=pghistory.Statement) for event in events)


def tracked(model: ModelT) -> ModelT:
    """Decorate ``model`` so that every insert, update and delete of its rows is kept."""
    return pghistory.track(*_events())(model)


def tracked_but(*derived: str) -> Callable[[ModelT], ModelT]:
    """Decorate as `tracked` does, without the columns that the database derives by itself."""
    return pghistory.track(*_events(), exclude=list(derived))


def tracked_in_time(model: ModelT) -> ModelT:
    """Decorate as `tracked` does a model of which it is asked what changed between two moments."""
    at = BrinIndex(fields=["pgh_created_at"], name=f"{model.__name__.lower()}_event_in_time")
    return pghistory.track(*_events(), meta={"indexes": [at]})(model)


def tracked_membership(model: ModelT) -> ModelT:
    """Decorate the model of a many-to-many table, whose rows no event can refer to."""
    by_row = models.Index(fields=["id"], name=f"{model.__name__.lower()}_event_of_row")
    return pghistory.track(*_events(), obj_field=None, meta={"indexes": [by_row]})(model)


@contextmanager
def told(verb: str, *, by: Any, **more: Any) -> Iterator[str]:
    """Attribute what the block writes to ``verb`` and to the person ``by``; yield the act's name.

    A verb that calls others makes one act with them, which is what a person can undo; theirs then
    name it as ``within``. pghistory gives a whole request one context, whose last verb would rename
    the earlier ones.
    """
    person = {} if by is None else {"user": by.pk}
    outermost = not hasattr(runtime._tracker, "value")
    with pghistory.context():
        outer = runtime._tracker.value
        about = {"act": uuid.uuid4().hex, **outer.metadata, **person, "verb": verb, **more}
        if "act" in outer.metadata:
            about.setdefault("within", outer.metadata["verb"])
        runtime._tracker.value = runtime.Context(uuid.uuid4(), about)
        try:
            yield about["act"]
        finally:
            runtime._tracker.value = outer
    if outermost and connection.in_atomic_block:
        _end_attribution()


def _end_attribution() -> None:
    """Let what the same transaction writes from here on be nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true),"
            " set_config('pghistory.context_metadata', '', true)"
        )
