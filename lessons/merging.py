"""The verbs of duplicates: one record takes over all that another holds, or the two are told apart.

What moves is listed here model by model; a test fails when a model that names records is added and
not considered. Every row changed is one of a tracked table, so that the act can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .curation import EditConflict
from .models import (
    Citation,
    Comment,
    Kind,
    Link,
    NotSame,
    ReadingListItem,
    Record,
    RecordTag,
    Status,
    Suggestion,
    Uptake,
)
from .models.history import told
from .models.records import KIND_FIELDS, RecordCountry, RecordTheme
from .permissions import require, require_edit, require_unmerged

# What an actor is called elsewhere is never a choice: the survivor takes it all.
UNITED = ("aliases", "external_ids")
COMMON = ("title", "statement", "discussion", "language", "phase", "year_from", "year_to")
# Model, column of the record, column of what it bears.
MEMBERSHIPS: tuple[tuple[Any, str, str], ...] = (
    (RecordTheme, "record_id", "theme_id"),
    (RecordCountry, "record_id", "country_id"),
    (RecordTag, "content_object_id", "tag_id"),
)


def choices(kind: str) -> tuple[str, ...]:
    """Return the fields of which a merged record keeps the one text or the other."""
    own = (name for name in KIND_FIELDS[Kind(kind)] if name not in UNITED)
    return (*COMMON, *own)


@transaction.atomic
def merge(survivor: Record, absorbed: Record, *, by: Any, fields: Iterable[str] = ()) -> Record:
    """Let ``survivor`` take over all that ``absorbed`` holds, and its code lead there.

    Of ``fields`` the survivor takes the other's value; of all others it keeps its own. Both must
    have the versions that were read: raises EditConflict if one has changed since, ValidationError
    if the two cannot be merged, PermissionDenied unless ``by`` may change both.
    """
    survivor, absorbed = _locked(survivor, absorbed)
    for record in (survivor, absorbed):
        require_edit(by, record)
    check_merge(survivor, absorbed)
    with told("merge", by=by, survivor=survivor.code, absorbed=absorbed.code):
        _take_fields(survivor, absorbed, set(fields))
        _move_citations(survivor, absorbed)
        _move_links(survivor, absorbed)
        _move_memberships(survivor, absorbed)
        _move_list_items(survivor, absorbed)
        _move_comparisons(survivor, absorbed)
        Uptake.objects.filter(record=absorbed).update(record=survivor)
        Comment.objects.filter(record=absorbed).update(record=survivor)
        Suggestion.objects.filter(record=absorbed).update(record=survivor)
        _lead(absorbed, survivor)
    return survivor


def check_merge(survivor: Record, absorbed: Record) -> None:
    """Raise ValidationError unless ``absorbed`` may become a part of ``survivor``."""
    require_unmerged(survivor, absorbed)
    codes = {"survivor": survivor.code, "absorbed": absorbed.code}
    if survivor.pk == absorbed.pk:
        raise ValidationError(_("Choose two different records."), code="same")
    if survivor.kind != absorbed.kind:
        raise ValidationError(
            _("%(survivor)s and %(absorbed)s are of different kinds and cannot be merged.") % codes,
            code="different_kinds",
        )
    if absorbed.status == Status.PUBLISHED != survivor.status:
        raise ValidationError(
            _(
                "%(absorbed)s is published and %(survivor)s is not: it would vanish from the "
                "public pages. Swap the two, or publish %(survivor)s first."
            )
            % codes,
            code="would_vanish",
        )
    if absorbed.published_at and not survivor.published_at:
        raise ValidationError(
            _(
                "%(absorbed)s was published once and %(survivor)s never: its address would lead "
                "nowhere. Swap the two, or publish %(survivor)s first."
            )
            % codes,
            code="would_vanish",
        )


def _locked(survivor: Record, absorbed: Record) -> tuple[Record, Record]:
    """Return both as they stand, locked in the order of their ids."""
    ids = (survivor.pk, absorbed.pk)
    rows = {
        row.pk: row for row in Record.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    for read in (survivor, absorbed):
        require_unmerged(rows[read.pk])
        if rows[read.pk].version != read.version:
            raise EditConflict(
                _("%(code)s was changed by someone else in the meantime. Look at both again.")
                % {"code": read.code},
                code="conflict",
            )
    return rows[survivor.pk], rows[absorbed.pk]


def _take_fields(survivor: Record, absorbed: Record, fields: set[str]) -> None:
    unknown = fields - set(choices(survivor.kind))
    if unknown:
        raise ValidationError(
            _("This cannot be chosen: %(names)s.") % {"names": ", ".join(sorted(unknown))},
            code="unknown_field",
        )
    titles = (survivor.title, absorbed.title)
    for name in fields:
        setattr(survivor, name, getattr(absorbed, name))
    if survivor.kind == Kind.ACTOR:
        names = [*(survivor.aliases or []), *titles, *(absorbed.aliases or [])]
        survivor.aliases = [one for one in dict.fromkeys(names) if one != survivor.title]
        survivor.external_ids = {**(absorbed.external_ids or {}), **(survivor.external_ids or {})}
    survivor.full_clean()
    survivor.version += 1
    survivor.save()


def _move_citations(survivor: Record, absorbed: Record) -> None:
    """Move citations; of two of the same words the survivor's stays, with what rests on either."""
    own = {_words(citation): citation for citation in survivor.citations.all()}
    for citation in absorbed.citations.all():
        same = own.get(_words(citation))
        if same is None:
            Citation.objects.filter(pk=citation.pk).update(record=survivor)
        else:
            Link.objects.filter(citation=citation).update(citation=same)
            Uptake.objects.filter(citation=citation).update(citation=same)
            citation.delete()


def _words(citation: Citation) -> tuple[int, int, int]:
    return citation.passage_id, citation.start, citation.end


def _move_links(survivor: Record, absorbed: Record) -> None:
    """Move links in both directions, without those that would join the survivor to itself."""
    for link in Link.objects.filter(Q(source=absorbed) | Q(target=absorbed)):
        ends = {"source_id": link.source_id, "target_id": link.target_id}
        ends = {end: survivor.pk if pk == absorbed.pk else pk for end, pk in ends.items()}
        same = Link.objects.filter(predicate=link.predicate, **ends).first()
        if same is not None:
            _strengthen(same, link)
        if same is not None or ends["source_id"] == ends["target_id"]:
            link.delete()
        else:
            Link.objects.filter(pk=link.pk).update(**ends)


def _strengthen(kept: Link, dropped: Link) -> None:
    """Let the link that stays rest on the words of the source, if only the other one does."""
    said: dict[str, Any] = {"note": kept.note or dropped.note}
    if kept.citation_id is None:
        said |= {"citation_id": dropped.citation_id, "asserted_by": dropped.asserted_by}
    Link.objects.filter(pk=kept.pk).update(**said)


def _move_memberships(survivor: Record, absorbed: Record) -> None:
    for model, end, value in MEMBERSHIPS:
        theirs = model.objects.filter(**{end: absorbed.pk})
        own = model.objects.filter(**{end: survivor.pk})
        new = set(theirs.values_list(value, flat=True)) - set(own.values_list(value, flat=True))
        theirs.delete()
        model.objects.bulk_create(model(**{end: survivor.pk, value: pk}) for pk in sorted(new))


def _move_list_items(survivor: Record, absorbed: Record) -> None:
    own = {item.reading_list_id: item for item in ReadingListItem.objects.filter(record=survivor)}
    for item in ReadingListItem.objects.filter(record=absorbed):
        same = own.get(item.reading_list_id)
        if same is None:
            ReadingListItem.objects.filter(pk=item.pk).update(record=survivor)
        else:
            note = same.note or item.note
            ReadingListItem.objects.filter(pk=same.pk).update(note=note)
            item.delete()


def _move_comparisons(survivor: Record, absorbed: Record) -> None:
    """What was not the same as the absorbed record is not the same as the survivor."""
    for pair in NotSame.objects.filter(Q(first=absorbed) | Q(second=absorbed)):
        other = pair.second_id if pair.first_id == absorbed.pk else pair.first_id
        ends = _in_order(survivor.pk, other)
        if other == survivor.pk or NotSame.objects.filter(**ends).exists():
            pair.delete()
        else:
            NotSame.objects.filter(pk=pair.pk).update(**ends)


def _in_order(one: int, other: int) -> dict[str, int]:
    return {"first_id": min(one, other), "second_id": max(one, other)}


def _lead(absorbed: Record, survivor: Record) -> None:
    """Let the code of ``absorbed``, and those that led to it, lead to ``survivor``."""
    for record in (*absorbed.merged_from.all(), absorbed):
        Record.objects.filter(pk=record.pk).update(
            merged_into=survivor, version=F("version") + 1, updated_at=timezone.now()
        )


@transaction.atomic
def tell_apart(one: Record, other: Record, *, by: Any) -> NotSame:
    """Remember that two records are not the same, so that the pair is not proposed again."""
    require(by, "change_record")
    require_unmerged(one, other)
    if one.pk == other.pk:
        raise ValidationError(_("Choose two different records."), code="same")
    with told("tell apart", by=by):
        pair, _made = NotSame.objects.get_or_create(
            **_in_order(one.pk, other.pk), defaults={"by": by}
        )
    return pair
