"""The verbs of tags: rename, merge, retire, bring back, discard; each one act of the history.

``by`` is the person who acts; None is the operator at the console. Refusals are ValidationError or
PermissionDenied.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from .models import Record, RecordTag, Tag
from .models.history import told
from .permissions import require


def usable(tags: Iterable[str | Tag] | None, record: Record) -> list[str | Tag] | None:
    """Return ``tags`` as ``record`` may bear them: what was merged as its survivor.

    Raises ValidationError for what no tag can be called, and for a retired tag that the record
    does not bear yet.
    """
    if tags is None:
        return None
    asked = list(tags)
    for tag in asked:
        _check_name(str(tag), "tags")
    known = _known({str(tag).lower() for tag in asked})
    found = list(dict.fromkeys(known.get(str(tag).lower(), tag) for tag in asked))
    _refuse_retired({tag for tag in found if isinstance(tag, Tag) and tag.retired}, record)
    return found


def _check_name(name: str, field: str) -> None:
    try:
        Tag(name=name).clean_fields(exclude=["slug"])
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from None


def _known(names: set[str]) -> dict[str, Tag]:
    """Return the tags that go by ``names``, which are in small letters."""
    found = Tag.objects.annotate(small=Lower("name")).filter(small__in=names)
    tags = found.select_related("merged_into")
    return {tag.name.lower(): tag.merged_into or tag for tag in tags}


def _refuse_retired(retired: set[Tag], record: Record) -> None:
    new = retired - set(record.tags.all()) if retired and record.pk else retired
    if new:
        names = ", ".join(sorted(tag.name for tag in new))
        raise ValidationError(
            {"tags": _("Retired and given to no more records: %(names)s. Choose another tag.")
             % {"names": names}},
            code="retired",
        )  # fmt: skip


@transaction.atomic
def save_tag(tag: Tag, *, by: Any) -> Tag:
    """Save a new tag, or an old one under a new name; its address stays as it was made.

    Raises ValidationError if another tag goes by that name.
    """
    require(by, "change_tag" if tag.pk else "add_tag")
    tag.name = tag.name.strip()
    _check_name(tag.name, "name")
    namesake = Tag.objects.filter(name__iexact=tag.name).exclude(pk=tag.pk).first()
    if namesake:
        raise ValidationError({"name": _taken(namesake)}, code="taken")
    with told("rename tag" if tag.pk else "add tag", by=by):
        tag.save()
    return tag


def _taken(namesake: Tag) -> str:
    if namesake.merged_into:
        return _("“%(name)s” was merged into “%(survivor)s” and stays another name of it.") % {
            "name": namesake.name,
            "survivor": namesake.merged_into.name,
        }
    return _("There is a tag “%(name)s”. Merge the two instead.") % {"name": namesake.name}


@transaction.atomic
def merge_tags(survivor: Tag, absorbed: Tag, *, by: Any) -> Tag:
    """Give ``survivor`` to the records that bear ``absorbed``, whose name and address lead to it.

    Raises ValidationError if they are one tag or one was merged before.
    """
    require(by, "change_tag")
    survivor, absorbed = _locked(survivor, absorbed)
    for tag in (survivor, absorbed):
        _check_unmerged(tag)
    with told("merge tags", by=by):
        _hand_over(survivor, absorbed)
        Tag.objects.filter(merged_into=absorbed).update(merged_into=survivor)
        Tag.objects.filter(pk=absorbed.pk).update(merged_into=survivor)
    return survivor


def _locked(survivor: Tag, absorbed: Tag) -> tuple[Tag, Tag]:
    ids = {survivor.pk, absorbed.pk}
    if len(ids) == 1:
        raise ValidationError(_("Choose two different tags."), code="same")
    rows = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(pk__in=ids)}
    return rows[survivor.pk], rows[absorbed.pk]


def _check_unmerged(tag: Tag) -> None:
    if tag.merged_into:
        raise ValidationError(_taken(tag), code="merged")


def _hand_over(survivor: Tag, absorbed: Tag) -> None:
    """Swap the tag on each record; what bears both keeps one."""
    borne = RecordTag.objects.filter(tag=absorbed)
    both = set(survivor.record_tags.values_list("content_object", flat=True))
    records = set(borne.values_list("content_object", flat=True)) - both
    borne.delete()
    RecordTag.objects.bulk_create(
        RecordTag(tag=survivor, content_object_id=pk) for pk in sorted(records)
    )


@transaction.atomic
def retire(tag: Tag, *, by: Any, retired: bool = True) -> Tag:
    """Offer ``tag`` no more, or (``retired`` False) again; the records that bear it keep it."""
    require(by, "change_tag")
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    _check_unmerged(tag)
    tag.retired = retired
    with told("retire tag" if retired else "bring back tag", by=by):
        tag.save(update_fields=["retired"])
    return tag


@transaction.atomic
def discard_tag(tag: Tag, *, by: Any) -> None:
    """Delete a tag that nothing bears and nothing was merged into."""
    require(by, "delete_tag")
    if tag.record_tags.exists() or tag.merged_from.exists() or tag.merged_into:
        raise ValidationError(
            _("“%(name)s” is in use: merge it into another tag or retire it.") % {"name": tag.name},
            code="in_use",
        )
    with told("discard tag", by=by):
        tag.delete()
