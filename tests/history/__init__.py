"""What the tests of history compare: content, whatever its version and dates."""

from typing import Any

from django.db import connection
from django.utils import timezone

from lessons.history.events import PARTS, columns_of, tracked
from lessons.history.versions import State
from lessons.models import Citation, Link, Record, RecordTag, Uptake
from lessons.models.records import RecordCountry, RecordTheme

# What an undo or a revert writes anew, and what says when a thing was published.
NOT_CONTENT = {"version", "updated_at", "published_at", "published_by_id"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return all tracked rows of the database, but for versions and dates."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in NOT_CONTENT}
            for row in model._base_manager.order_by("pk").values(*columns_of(model))
        ]
        for model in tracked()
    }


def content(record: Record) -> dict[str, Any]:
    """Return what a record says: fields, themes, tags, countries, citations, links."""
    fields = Record.objects.filter(pk=record.pk).values(*columns_of(Record)).get()
    passed_over = {
        *NOT_CONTENT, "status", "merged_into_id", "assigned_to_id",
        "submitted_at", "submitted_by_id", "reviewed_at", "reviewed_by_id",
    }  # fmt: skip
    links = Link.objects.filter(source=record) | Link.objects.filter(target=record)
    return {
        **{name: value for name, value in fields.items() if name not in passed_over},
        "themes": set(record.themes.values_list("pk", flat=True)),
        "tags": set(record.tags.values_list("pk", flat=True)),
        "countries": set(record.countries.values_list("pk", flat=True)),
        "citations": set(
            record.citations.values_list("passage_id", "exact", "start", "end", "state")
        ),
        "links": set(
            links.values_list("source_id", "predicate", "target_id", "asserted_by", "note",
                              "citation__passage_id", "citation__start", "citation__end")
        ),
    }  # fmt: skip


def now(record: Record) -> State:
    """Return what the record says now, read from its tables."""
    fields = Record.objects.filter(pk=record.pk).values(*columns_of(Record)).get()
    parts = {
        (model, row["id"]): row
        for model, owners in PARTS.items()
        for owner in owners
        for row in model._base_manager.filter(**{owner: record.pk}).values(*columns_of(model))
        if model is not Record
    }
    return State(fields, parts)


def last_act() -> str:
    """Return the act that wrote the newest event of any table."""
    newest = 0, ""
    for event in tracked().values():
        done = event.objects.filter(pgh_context__metadata__has_key="act")
        rows = done.order_by("-pgh_created_at", "-pgh_id")
        for row in rows.select_related("pgh_context")[:1]:
            newest = max(newest, (row.pgh_created_at.timestamp(), row.pgh_context.metadata["act"]))
    return newest[1]


def moved_to(survivor: Record, other: Record) -> None:
    """Move all that hangs on ``other`` to ``survivor`` and merge it, as bare statements."""
    standing = survivor.citations.values_list("passage_id", "start", "end")
    for citation in other.citations.all():
        if (citation.passage_id, citation.start, citation.end) in set(standing):
            citation.delete()
    Citation.objects.filter(record=other).update(record=survivor)
    Link.objects.filter(source=other).update(source=survivor)
    Link.objects.filter(target=other).update(target=survivor)
    Uptake.objects.filter(record=other).update(record=survivor)
    for model, name in ((RecordTag, "content_object"), (RecordTheme, "record"),
                        (RecordCountry, "record")):  # fmt: skip
        model.objects.filter(**{name: other}).delete()
    # Withdrawn, for a published record cannot be without evidence.
    Record.objects.filter(pk=other.pk).update(
        merged_into=survivor, status="withdrawn", updated_at=timezone.now()
    )
    assert connection.in_atomic_block
