"""History: database triggers write one event per change, so bulk and raw writes are seen too."""

from typing import TypeVar

import pghistory
from django.db import models

ModelT = TypeVar("ModelT", bound=type[models.Model])


def tracked(model: ModelT) -> ModelT:
    """Decorate ``model`` so that every insert, update and delete of its rows is kept."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(*events)(model)


def tracked_membership(model: ModelT) -> ModelT:
    """Decorate the model of a many-to-many table, whose rows are only added or taken away."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)(model)
