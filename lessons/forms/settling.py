"""From the form that came too late to the form that is saved: pages and admin alike.

The page of the conflict sends the whole form again, as it was typed, with a choice for each field
that differs (``pick-title``, ``text-title``) and the version it was compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from lessons import conflicts
from lessons.conflicts import Conflict
from lessons.models import Record

COMPARED = "compared_version"
# A step that was to follow the save is not taken unasked.
LEFT_OUT = ("csrfmiddlewaretoken", "read_version", COMPARED, "_step")
Bind = Callable[[QueryDict], Any]  # what was posted → a fresh RecordForm of it


def settled(post: QueryDict, record: Record, bind: Bind) -> QueryDict:
    """Return what was posted with the choices of the conflict's page put in.

    As long as a choice is missing, it keeps the old version and so meets its conflict again.
    """
    version = post.get(COMPARED, "")
    if not (version.isascii() and version.isdecimal()):
        return post
    form = bind(post)
    if not form.came_too_late and form.errors:
        return post
    conflict = _conflict(form, record, int(version))
    values = conflict.settled(_given(post, "pick-"), _given(post, "text-"))
    if values is None:
        return post
    data = post.copy()
    for name, value in values.items():
        for key, sent in form.posted(name, value).items():
            data.setlist(key, sent)
    data["read_version"] = version
    return data


def clash(form: Any, record: Record) -> Conflict:
    """Return what the typed form and the record as it stands differ in."""
    return _conflict(form, record, None)


def _conflict(form: Any, record: Record, version: int | None) -> Conflict:
    began = form.cleaned_data.get("read_version") or 0
    return conflicts.between(record, began, form.values(), version)


def _given(post: QueryDict, prefix: str) -> dict[str, str]:
    names = [name for name in post if name.startswith(prefix)]
    return {name.removeprefix(prefix): str(post[name]) for name in names}


def page(conflict: Conflict, post: QueryDict, *, may_save: bool) -> dict[str, Any]:
    """Return the context of the conflict's page, which carries along all that was posted."""
    carried = [
        (name, value)
        for name, values in post.lists()
        for value in values
        if name not in LEFT_OUT and not name.startswith(("pick-", "text-"))
    ]
    return {
        "conflict": conflict,
        "record": conflict.record,
        "carried": carried,
        "may_save": may_save,
        "title": conflict.record.title,
    }
