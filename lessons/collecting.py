"""The verbs of reading lists: making, sharing and deleting one; collecting, ordering, annotating.

A list belongs to its owner and to those the owner adds; what others may see of it the models say.
Owners work on a list at once: places are told by what stands after them, not by numbers, and a
text is only replaced by who has read it as it stands.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User

from .curation import EditConflict
from .models import ReadingList, ReadingListItem, Record
from .models.history import told
from .models.lists import LONGEST_NOTE, STEP
from .permissions import require_unmerged
from .search import BadQuery, Filters

MOST = 500  # records of a list: it is read on one page and printed
SLUG = 60  # characters of a title that go into its address
# Addresses below /lists/ that are no lists.
TAKEN = {"new", "collect", "current", "shared"}


def may_own(user: Any, one: ReadingList) -> bool:
    """Whether ``user`` may change the list; None is the operator at the console."""
    return user is None or ReadingList.objects.of(user).filter(pk=one.pk).exists()


@transaction.atomic
def make_list(title: str, *, by: User, **fields: Any) -> ReadingList:
    """Make a list; ``fields`` are description, visibility and query.

    Raises ValidationError for what a list cannot be, such as one that follows no known query.
    """
    one = ReadingList(owner=by, title=title.strip(), slug=_free_slug(title), **fields)
    _check(one)
    one.save()
    return one


def _free_slug(title: str) -> str:
    base = slugify(title)[:SLUG].strip("-") or "list"
    taken = TAKEN | set(
        ReadingList.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)


def _check(one: ReadingList) -> None:
    try:
        one.query = Filters.from_string(one.query).with_().query()
    except BadQuery as error:
        raise ValidationError({"query": str(error)}, code="query") from error
    one.full_clean(exclude=["owner", "slug"])
    if one.query and one.pk and one.items.exists():
        raise ValidationError(
            {"query": _("This list holds records. Take them off, or let a new list follow this.")},
            code="has_items",
        )


@transaction.atomic
def save_list(one: ReadingList, *, by: Any) -> ReadingList:
    """Save title, description, visibility and query; its address stays.

    ``one.version`` must be the version that was read: raises EditConflict if it has changed since.
    """
    current = _held(one, by)
    if current.version != one.version:
        raise EditConflict(
            _("Somebody else changed “%(title)s” meanwhile. Open it again and redo your edit.")
            % {"title": current.title},
            code="conflict",
        )
    one.slug, one.token, one.owner = current.slug, current.token, current.owner
    one.title = one.title.strip()
    _check(one)
    one.version += 1
    one.save()
    return one


@transaction.atomic
def delete_list(one: ReadingList, *, by: Any) -> None:
    """Delete a list for good, which its owner does, or an administrator of anyone's.

    Raises PermissionDenied for others.
    """
    current = ReadingList.objects.select_for_update().get(pk=one.pk)
    if by is None or not by.has_perm("lessons.delete_readinglist"):
        _require_owner(current, by)
    with told("delete list", by=by):
        current.delete()


@transaction.atomic
def renew_link(one: ReadingList, *, by: Any) -> ReadingList:
    """Give the list a new link; the one that was passed on opens nothing any more."""
    _held(one, by)
    one.token = uuid.uuid4()
    ReadingList.objects.filter(pk=one.pk).update(token=one.token)
    return one


@transaction.atomic
def add_owner(one: ReadingList, person: User, *, by: Any) -> None:
    """Let ``person`` work on the list too; raises ValidationError if that is so already."""
    current = _held(one, by)
    if not person.is_active or may_own(person, current):
        raise ValidationError(
            _("%(person)s owns this list already.") % {"person": person}
            if person.is_active
            else _("%(person)s cannot sign in any more.") % {"person": person},
            code="owner",
        )
    current.co_owners.add(person)


@transaction.atomic
def remove_owner(one: ReadingList, person: User, *, by: Any) -> None:
    """Let ``person`` not own the list any more: the owner says so of anyone, others of themselves.

    Raises ValidationError if ``person`` owns no share in it, PermissionDenied for other's shares.
    """
    current = _held(one, by)
    if by is None or by.pk != person.pk:
        _require_owner(current, by)
    if not current.co_owners.filter(pk=person.pk).exists():
        raise ValidationError(_("%(person)s is no co-owner.") % {"person": person}, code="owner")
    current.co_owners.remove(person)


@transaction.atomic
def collect(one: ReadingList, record: Record, *, by: Any, note: str = "") -> ReadingListItem:
    """Put a record at the end of the list.

    Raises ValidationError if it is there already, was merged, or the list is full or follows a
    query; PermissionDenied for a record that ``by`` may not read.
    """
    current = _held(one, by)
    require_unmerged(record)
    if by is not None and not Record.objects.visible_to(by).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may not read this record."))
    _require_room(current, record)
    last = current.items.last()
    position = last.position + STEP if last else STEP
    item = ReadingListItem(reading_list=current, record=record, position=position, note=note)
    return _write(item, "collect", by)


def _require_room(one: ReadingList, record: Record) -> None:
    named = {"code": record.code, "title": one.title, "most": MOST}
    if one.is_living:
        raise ValidationError(
            _("“%(title)s” follows a query: nothing is put on it by hand.") % named, code="living"
        )
    if one.items.filter(record=record).exists():
        raise ValidationError(_("%(code)s is on “%(title)s” already.") % named, code="there")
    if one.items.count() >= MOST:
        raise ValidationError(
            _("“%(title)s” is full: a list holds %(most)d records. Begin another one.") % named,
            code="full",
        )


@transaction.atomic
def drop(item: ReadingListItem, *, by: Any) -> None:
    """Take a record off its list; one that is off already stays so."""
    current = _held(item.reading_list, by)
    with told("drop", by=by):
        current.items.filter(pk=item.pk).delete()
    _touch(current)


@transaction.atomic
def move(item: ReadingListItem, *, before: ReadingListItem | None, by: Any) -> ReadingListItem:
    """Put an item before another one, or at the end (None), wherever both stand by now.

    Raises ValidationError if one of the two is no longer on the list.
    """
    current = _held(item.reading_list, by)
    order = list(current.items.all())
    moved = _among(order, item)
    target = _among(order, before) if before else None
    if target == moved:
        return moved
    order.remove(moved)
    place = order.index(target) if target else len(order)
    moved.position = _position(order, place)
    return _write(moved, "move", by)


def _among(order: list[ReadingListItem], item: ReadingListItem) -> ReadingListItem:
    if item not in order:
        raise ValidationError(
            _("Somebody else took it off the list meanwhile. Look again."), code="gone"
        )
    return order[order.index(item)]


def _position(order: list[ReadingListItem], place: int) -> int:
    """Return a position for ``place``; where neighbours leave no room, all get new ones first."""
    after = order[place].position if place < len(order) else None
    before = order[place - 1].position if place else 0
    if after is None:
        return before + STEP
    if after - before > 1:
        return (before + after) // 2
    for number, item in enumerate(order, start=1):
        item.position = number * STEP
    ReadingListItem.objects.bulk_update(order, ["position"])
    return _position(order, place)


@transaction.atomic
def annotate(item: ReadingListItem, note: str, *, was: str, by: Any) -> ReadingListItem:
    """Replace the note of an item that reads ``was``; raises EditConflict if it reads otherwise."""
    current = _held(item.reading_list, by)
    found = current.items.filter(pk=item.pk).first()
    if found is None:
        raise ValidationError(
            _("Somebody else took it off the list meanwhile. Look again."), code="gone"
        )
    if found.note != _plain(was):
        raise EditConflict(
            _("Somebody else changed this note meanwhile. It reads now: %(note)s")
            % {"note": found.note or "–"},
            code="conflict",
        )
    MaxLengthValidator(LONGEST_NOTE)(note)
    found.note = _plain(note)
    return _write(found, "annotate", by)


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n")


def _write(item: ReadingListItem, verb: str, by: Any) -> ReadingListItem:
    with told(verb, by=by):
        item.save()
    _touch(item.reading_list)
    return item


def _touch(one: ReadingList) -> None:
    ReadingList.objects.filter(pk=one.pk).update(updated_at=timezone.now())


def _held(one: ReadingList, by: Any) -> ReadingList:
    """Return the list as it stands, held until the end; PermissionDenied unless ``by`` owns it."""
    try:
        current = ReadingList.objects.select_for_update().get(pk=one.pk)
    except ObjectDoesNotExist as error:
        raise ValidationError(_("This list was deleted meanwhile."), code="gone") from error
    if not may_own(by, current):
        raise PermissionDenied(_("This list is not yours."))
    return current


def _require_owner(one: ReadingList, by: Any) -> None:
    if by is not None and one.owner_id != by.pk:
        raise PermissionDenied(_("Only the owner of the list does this."))
