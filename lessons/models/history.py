"""History: database triggers write one event per change, so bulk and raw writes are seen too."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from pghistory import runtime

# What a verb did, in words.
VERBS = {
    "save": _("written or changed"),
    "submit": _("sent to review"),
    "publish": _("published"),
    "send back": _("sent back"),
    "withdraw": _("withdrawn"),
    "add theme": _("theme added"),
    "remove theme": _("theme taken away"),
    "add tag": _("tag added"),
    "remove tag": _("tag taken away"),
    "assign": _("assigned"),
}

ModelT = TypeVar("ModelT", bound=type[models.Model])


def tracked(model: ModelT) -> ModelT:
    """Decorate ``model`` so that every insert, update and delete of its rows is kept."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(*events)(model)


def tracked_membership(model: ModelT) -> ModelT:
    """Decorate the model of a many-to-many table, whose rows are only added or taken away."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)(model)


@contextmanager
def told(verb: str, *, by: Any, **more: Any) -> Iterator[str]:
    """Attribute what the block writes to ``verb`` and to the person ``by``; yield the act's name.

    A verb that calls others makes one act with them, which is what a person can undo. pghistory
    gives a whole request one context, whose last verb would rename the earlier ones.
    """
    person = {} if by is None else {"user": by.pk}
    with pghistory.context():
        outer = runtime._tracker.value
        about = {"act": uuid.uuid4().hex, **outer.metadata, **person, "verb": verb, **more}
        runtime._tracker.value = runtime.Context(uuid.uuid4(), about)
        try:
            yield about["act"]
        finally:
            runtime._tracker.value = outer
