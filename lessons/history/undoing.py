"""Undoing an act: every row that it changed becomes what it was before, as a new act.

Rows are written from their events by one statement a model, so that a bulk act of a thousand
records is undone in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pghistory.models import Context

from lessons.jobs import Progress
from lessons.models import (
    Citation,
    Cue,
    Job,
    Record,
    Report,
    Status,
    Suggestion,
    Tag,
    Theme,
    Uptake,
)
from lessons.models.guards import without_row_guards
from lessons.models.history import told
from lessons.permissions import require, require_edit

from .events import (
    PARTS,
    Act,
    Change,
    Model,
    Row,
    changes_of,
    columns_of,
    contexts_of,
    read_act,
    touched_rows,
    tracked,
)
from .naming import name_of, name_of_later

# What is part of a record is undone by who may change the record; what else is tracked and stands
# here, by who has this permission.
STANDING_ALONE: dict[Model, str] = {
    Theme: "change_theme", Tag: "change_tag", Report: "change_report",
    Suggestion: "change_suggestion", Cue: "change_cue",
}  # fmt: skip
NAMED = 5  # refusals that are told at once
AT_ONCE = 20_000  # events; an act of more is undone by a worker
PUBLIC = {Status.PUBLISHED, Status.WITHDRAWN}
# What a record gets instead of the value it had: an undo is a new version, and a record that was
# published stays dated. ``was`` is the event written back, ``row`` the record as it stands.
VERSIONED = {"version": "{row}.version + 1", "updated_at": "now()"}
STILL_DATED = {
    "published_at": "COALESCE(was.published_at, row.published_at)",
    "published_by_id": "CASE WHEN was.published_at IS NULL THEN row.published_by_id"
    " ELSE was.published_by_id END",
}
UPDATE = "UPDATE {table} AS row SET {values} FROM {events} AS was"
UPDATE += " WHERE was.pgh_id = ANY(%s) AND was.{key} = row.{key}"
INSERT = "INSERT INTO {table} ({columns}) SELECT {values} FROM {events} AS was"
INSERT += " WHERE was.pgh_id = ANY(%s)"
DELETE = "DELETE FROM {table} WHERE {key} = ANY(%s)"

FOREIGN_KEY, UNIQUE = "23503", "23505"  # https://www.postgresql.org/docs/current/errcodes-appendix
BY_CODE = {
    FOREIGN_KEY: gettext_lazy(
        "Something made since refers to it, or what it belongs to is gone. Undo that first."
    ),
    UNIQUE: gettext_lazy("The same is there again by now."),
}
BY_CONSTRAINT = {
    "published_record_has_evidence": gettext_lazy(
        "A published record would be left without a citation that holds."
    ),
    "citation_stands_in_its_passage": gettext_lazy("The text of a passage cited has changed."),
    "citation_knows_its_text": gettext_lazy("The text of a passage cited has changed."),
}


@dataclass(frozen=True)
class Undoing:
    """What undoing an act would put back; `refusals` says why it cannot be done, if so."""

    act: Act
    changes: list[Change]

    @property
    def refusals(self) -> list[str]:
        """Return in words what stands against it, the first of it; who asks is left aside."""
        against = (text for change in self.changes for text in _against(change))
        return list(islice(against, NAMED))

    @property
    def records(self) -> set[int]:
        """Return the ids of the records that it is about."""
        return set(_records(self.changes))


def preview(act: str) -> Undoing:
    """Return what undoing ``act`` would change; raises ValidationError if there is no such act."""
    return _undoing(list(contexts_of(act).order_by("created_at", "id")))


def extent(act: str) -> tuple[Act, dict[Model, int]]:
    """Return what is known of ``act``, and how many changes of each model it made: what `preview`
    tells row by row, without reading them. Raises ValidationError if there is no such act."""
    contexts = list(contexts_of(act).order_by("created_at", "id"))
    _require_known(contexts)
    ids = [context.pk for context in contexts]
    counted = {model: _events(model, ids).count() for model in tracked()}
    return read_act(contexts), {model: number for model, number in counted.items() if number}


def undo_job(job: Job, progress: Progress) -> dict[str, Any]:
    """Undo the act that a job names, for `lessons.jobs`."""
    progress(0, None, _("Undoing"))
    undo(job.parameters["act"], by=job.created_by)
    return {"said": _("Undone.")}


@transaction.atomic
def undo(act: str, *, by: Any) -> str:
    """Restore every tracked row that ``act`` changed to what it was before; return the new act.

    Rows it added are deleted, rows it deleted come back with their keys. Raises ValidationError,
    naming what stands against it, if a row was changed since, if the act was undone already or if
    the guards refuse; PermissionDenied unless ``by`` did it or reviews, and may change what it
    touched.
    """
    found = _undoing(list(contexts_of(act).order_by("created_at", "id").select_for_update()), True)
    _require_undo(found, by)
    if against := found.refusals:
        raise ValidationError(against, code="cannot_undo")
    with told("undo", by=by, undoes=act) as new, _refusals_in_words():
        put_back(found.changes)
    return new


def _undoing(contexts: list[Context], lock: bool = False) -> Undoing:
    _require_known(contexts)
    ids = [context.pk for context in contexts]
    touched = touched_rows(ids)
    if lock:
        _lock(touched, ids)
    changes = [change for model, keys in touched.items() for change in changes_of(model, keys, ids)]
    return Undoing(read_act(contexts), changes)


def _require_known(contexts: list[Context]) -> None:
    if not contexts:
        raise ValidationError(_("Nothing is known of this act."), code="unknown_act")


def _lock(touched: dict[Model, list[int]], contexts: list[Any]) -> None:
    """Lock records first and in order, as the verbs do; what is newest is asked after that."""
    records = {
        pk
        for model in touched
        for name in PARTS.get(model, ())
        for pk in _events(model, contexts).values_list(name, flat=True)
    }
    list(Record.objects.filter(pk__in=records).order_by("pk").select_for_update().values_list("pk"))
    for model, keys in touched.items():
        rows = model._base_manager.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update().values_list("pk"))


def _events(model: Model, contexts: list[Any]) -> Any:
    return tracked()[model]._default_manager.filter(pgh_context_id__in=contexts)


def _against(change: Change) -> Iterator[str]:
    """Yield what stands against putting one row back."""
    if not change.known:
        yield _("The history of %(name)s does not reach back to before this.") % _named(change)
    elif change.later:
        yield name_of_later(change)
    elif change.before is None and change.model is Uptake:
        yield _("An uptake claim is never taken back. Add the claim that contradicts it.")
    elif change.before is None and change.model is Record and (change.after or {})["published_at"]:
        yield _("%(name)s was published: withdraw it instead.") % _named(change)


def _named(change: Change) -> dict[str, str]:
    return {"name": name_of(change)}


def _require_undo(found: Undoing, by: Any) -> None:
    if by is None:
        return
    if found.act.people != {by.pk}:
        require(by, "review_record")
    records = _records(found.changes)
    for change in found.changes:
        row = change.before or change.after or {}
        if change.model in PARTS:
            of = [records[row[name]] for name in PARTS[change.model] if row[name] in records]
            if of:  # else it is refused for what is gone
                require_edit(by, *of)
        if change.model in STANDING_ALONE:
            require(by, STANDING_ALONE[change.model])
        if change.model is Record:
            _require_record(change, by)


def _records(changes: list[Change]) -> dict[int, Record]:
    """Return the records that ``changes`` belong to as they stand, or as they were if gone."""
    rows = [(change, change.before or change.after or {}) for change in changes]
    ids = {row[name] for change, row in rows for name in PARTS.get(change.model, ())}
    gone = {change.pk: _record(row) for change, row in rows if change.model is Record}
    return gone | Record.objects.in_bulk(ids)


def _record(row: Row) -> Record:
    return Record(**{name: row[name] for name in columns_of(Record)})


def _require_record(change: Change, by: Any) -> None:
    before, after = change.before or {}, change.after or {}
    statuses = {before.get("status"), after.get("status")}
    if not before:
        require(by, "delete_record")
    if len(statuses) > 1 and statuses & PUBLIC:
        require(by, "review_record")
        again = before.get("status") == Status.PUBLISHED
        if again and settings.FOUR_EYES and before["created_by_id"] == by.pk:
            raise ValidationError(
                _("You wrote %(code)s: somebody else has to publish it again.")
                % {"code": _record(before).code},
                code="four_eyes",
            )


def put_back(changes: Iterable[Change]) -> None:
    """Write back what was before ``changes``: take away first, then alter, then add."""
    by_model: dict[Model, list[Change]] = {model: [] for model in tracked()}
    for change in changes:
        by_model[change.model].append(change)
    gone = {one.pk for one in by_model[Record] if one.before is None}
    for model in reversed(by_model):
        added = [one for one in by_model[model] if one.before is None]
        if model is Citation:
            added = _delete_with_their_records(added, gone)
        _delete(model, added)
    for model, all_changes in by_model.items():
        _update(model, [one for one in all_changes if one.before and one.after])
    for model, all_changes in by_model.items():
        _insert(model, [one for one in all_changes if one.before and not one.after])


def _delete_with_their_records(changes: list[Change], gone: set[int]) -> list[Change]:
    """Delete the citations of records that go too, and return the others.

    No guard asks for each whether its record keeps evidence: within one transaction each answer
    takes longer than the one before, and there will be no record.
    """
    going: list[Change] = []
    staying: list[Change] = []
    for one in changes:
        goes = (one.after or {}).get("record_id") in gone
        (going if goes else staying).append(one)
    with without_row_guards():
        _delete(Citation, going)
    return staying


def _delete(model: Model, changes: list[Change]) -> None:
    _write(DELETE, model, [change.pk for change in changes], {})


def _update(model: Model, changes: list[Change]) -> None:
    columns = {
        name: f"was.{_column(model, name)}"
        for name in columns_of(model)
        if any((one.before or {})[name] != (one.after or {})[name] for one in changes)
    }
    if model is Record:
        columns |= {name: STILL_DATED[name] for name in STILL_DATED if name in columns}
        columns |= {name: value.format(row="row") for name, value in VERSIONED.items()}
    _write(UPDATE, model, [one.before["pgh_id"] for one in changes if one.before], columns)


def _insert(model: Model, changes: list[Change]) -> None:
    columns = {name: f"was.{_column(model, name)}" for name in columns_of(model)}
    if model is Record:
        columns |= {name: value.format(row="was") for name, value in VERSIONED.items()}
    _write(INSERT, model, [one.before["pgh_id"] for one in changes if one.before], columns)


def _column(model: Model, name: str) -> str:
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return connection.ops.quote_name(field.column)


def _write(template: str, model: Model, ids: list[int], columns: dict[str, str]) -> None:
    if not ids or (template is UPDATE and not columns):
        return
    names = {name: _column(model, name) for name in columns}
    pairs = [f"{names[name]} = {value}" for name, value in columns.items()]
    statement = template.format(
        table=model._meta.db_table,
        events=tracked()[model]._meta.db_table,
        key=_column(model, "pk"),
        columns=", ".join(names.values()),
        values=", ".join(pairs if template is UPDATE else columns.values()),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Run the guards that wait for the commit now; what one refuses is a ValidationError."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except (IntegrityError, InternalError) as error:
        raise ValidationError(_worded(error), code="cannot_undo") from error


def _worded(error: Exception) -> str:
    about = error.__cause__
    told_by: Any = getattr(about, "diag", None)
    known = BY_CONSTRAINT.get(getattr(told_by, "constraint_name", None) or "") or BY_CODE.get(
        getattr(about, "pgcode", "") or ""
    )
    if known:
        return str(known)
    return _("The database refuses it: %(reason)s.") % {
        "reason": getattr(told_by, "message_primary", None) or error
    }
