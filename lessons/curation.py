"""The verbs of curation: every write to a record, its links and its uptake goes through here.

``by`` is the person who acts; None is the operator at the console. Every verb is atomic. Refusals
are ValidationError (what is wrong and what to do) or PermissionDenied (the role does not allow it).
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Country, Link, Record, Tag, Theme, Uptake
from .models.history import told
from .models.vocabulary import (
    Kind,
    Predicate,
    Status,
    predicates_between,
)
from .permissions import require, require_edit, require_unmerged
from .tagging import usable
from .theming import check_offered

# What a save never changes: these have verbs of their own.
GUARDED = (
    "kind", "status", "merged_into_id", "created_by_id", "created_at", "assigned_to_id",
    "submitted_by_id", "submitted_at",
    "reviewed_by_id", "reviewed_at", "published_by_id", "published_at",
)  # fmt: skip
# What a change of status writes.
MOVED = (
    "status", "version", "updated_at", "submitted_by", "submitted_at",
    "reviewed_by", "reviewed_at", "published_by", "published_at",
)  # fmt: skip


class EditConflict(ValidationError):
    """Somebody else changed the record since it was opened."""


def create_record(kind: str, *, by: Any, **fields: Any) -> Record:
    """Write a new draft; ``themes``, ``tags`` (names) and ``countries`` may be among ``fields``."""
    sets = {name: fields.pop(name) for name in ("themes", "tags", "countries") if name in fields}
    record = Record(kind=kind, **fields)
    if kind == Kind.ACTOR:
        record.aliases = record.aliases or []
        record.external_ids = record.external_ids or {}
    return save_record(record, by=by, **sets)


@transaction.atomic
def save_record(
    record: Record,
    *,
    by: Any,
    themes: Iterable[Theme] | None = None,
    tags: Iterable[str | Tag] | None = None,
    countries: Iterable[Country] | None = None,
) -> Record:
    """Save a new or changed record; None leaves themes, tags or countries as they are.

    ``record.version`` must be the version that was read: raises EditConflict if the record has
    changed since.
    """
    tags = usable(tags, record)
    themes = check_offered(themes, record)
    is_new = record.pk is None
    if is_new:
        require(by, "add_record")
        record.created_by = by
        record.status = Status.DRAFT
    else:
        _adopt_current_state(record, by)
    record.full_clean()
    if not is_new:
        record.version += 1
    with told("save", by=by):
        record.save()
        _set(record.themes, themes)
        _set(record.tags, tags)
        _set(record.countries, countries)
    return record


def _set(manager: Any, values: Iterable[Any] | None) -> None:
    if values is not None:
        manager.set(values)


def _adopt_current_state(record: Record, by: Any) -> None:
    current = locked(record)
    require_edit(by, current)
    for name in GUARDED:
        setattr(record, name, getattr(current, name))


def locked(record: Record) -> Record:
    """Return the row as it stands, locked; raises EditConflict if it is not the version read."""
    current = Record.objects.select_for_update().get(pk=record.pk)
    require_unmerged(current)
    if current.version != record.version:
        raise EditConflict(
            _(
                "%(code)s was changed by someone else in the meantime. "
                "Open it again and redo your edit."
            )
            % {"code": current.code},
            code="conflict",
        )
    return current


@transaction.atomic
def submit(record: Record, *, by: Any) -> Record:
    """Send a draft (or a withdrawn record that is to come back) to review."""
    check_submit(record, by=by)
    return _move(
        record, Status.IN_REVIEW, {Status.DRAFT, Status.WITHDRAWN}, by=by, verb="submit",
        submitted_by=by, submitted_at=timezone.now(),
    )  # fmt: skip


def check_submit(record: Record, *, by: Any) -> None:
    """Raise what keeps ``by`` from sending the record to review, but for its status."""
    require_edit(by, record)
    _require_evidence(record)


@transaction.atomic
def publish(record: Record, *, by: Any) -> Record:
    """Publish a record under review, which needs a citation that holds and a second person."""
    check_publish(record, by=by)
    now = timezone.now()
    done = {"reviewed_by": by, "published_by": by, "reviewed_at": now, "published_at": now}
    return _move(record, Status.PUBLISHED, {Status.IN_REVIEW}, by=by, verb="publish", **done)


def check_publish(record: Record, *, by: Any) -> None:
    """Raise what keeps ``by`` from publishing the record, but for its status."""
    require(by, "review_record")
    _require_evidence(record)
    if settings.FOUR_EYES and by is not None and record.created_by_id == by.pk:
        raise ValidationError(
            _("You wrote %(code)s: somebody else has to review it.") % {"code": record.code},
            code="four_eyes",
        )


@transaction.atomic
def send_back(record: Record, *, by: Any, reason: str) -> Record:
    """Return a record under review to its author, saying why."""
    require(by, "review_record")
    _require_reason(reason)
    seen = {"reviewed_by": by, "reviewed_at": timezone.now()}
    return _move(
        record, Status.DRAFT, {Status.IN_REVIEW}, by=by, verb="send back", reason=reason, **seen
    )


@transaction.atomic
def withdraw(record: Record, *, by: Any, reason: str) -> Record:
    """Take a published record off the public pages; its address goes on saying that it was."""
    require(by, "review_record")
    _require_reason(reason)
    return _move(
        record, Status.WITHDRAWN, {Status.PUBLISHED}, by=by, verb="withdraw", reason=reason
    )


def _move(
    record: Record,
    to: Status,
    allowed: set[Status],
    *,
    by: Any,
    verb: str,
    reason: str = "",
    **fields: Any,
) -> Record:
    current = locked(record)
    if current.status not in allowed:
        raise ValidationError(
            _("%(code)s is %(status)s; it cannot become %(to)s from there.")
            % {"code": record.code, "status": current.get_status_display(), "to": to.label},
            code="wrong_status",
        )
    for name, value in fields.items():
        setattr(record, name, value)
    record.status = to
    record.version = current.version + 1
    with told(verb, by=by, reason=reason):
        record.save(update_fields=MOVED)
    return record


def _require_evidence(record: Record) -> None:
    require_unmerged(record)
    if not record.citations.holding().exists():
        raise ValidationError(
            _(
                "%(code)s cites no passage that holds. Add a citation first: "
                "nothing is published without one."
            )
            % {"code": record.code},
            code="no_evidence",
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError(_("Say why, for whoever reads the history."), code="no_reason")


@transaction.atomic
def discard(record: Record, *, by: Any) -> None:
    """Delete a record that was never published."""
    require(by, "delete_record")
    record = Record.objects.select_for_update().get(pk=record.pk)
    require_edit(by, record)
    if record.published_at:
        raise ValidationError(
            _("%(code)s was published: withdraw it instead, so that its address keeps its meaning.")
            % {"code": record.code},
            code="published",
        )
    if record.uptake.exists():
        raise ValidationError(
            _("%(code)s has uptake claims, which are never deleted. Keep it as a draft.")
            % {"code": record.code},
            code="in_use",
        )
    if record.merged_from.exists():
        raise ValidationError(
            _("Another record was merged into %(code)s, and its address leads here. Keep it.")
            % {"code": record.code},
            code="in_use",
        )
    with told("discard", by=by):
        record.delete()


def link(source: Record, predicate: str, target: Record, *, by: Any, **fields: Any) -> Link:
    """State that ``source predicate target``; ``fields`` are asserted_by, citation and note."""
    return save_link(Link(source=source, predicate=predicate, target=target, **fields), by=by)


@transaction.atomic
def save_link(link: Link, *, by: Any) -> Link:
    """Save a new or changed link; what the source itself says needs its citation.

    Raises ValidationError if the predicate does not fit the two kinds, the citation is of neither
    end, or the link is there already.
    """
    require(by, "change_link" if link.pk else "add_link")
    require_edit(by, *_as_they_stand(link))
    check_link(link)
    link.full_clean()
    with told("link", by=by):
        link.save()
    return link


def _as_they_stand(link: Link) -> Iterable[Record]:
    """Return both ends as the database has them, locked: a page may have been open for long."""
    ends = Record.objects.filter(pk__in=(link.source_id, link.target_id))
    return ends.select_for_update(no_key=True).order_by("pk")


def check_link(link: Link) -> None:
    """Raise ValidationError unless the predicate fits both kinds and the citation is of one end."""
    source, target = link.source, link.target
    if source.pk is not None and source.pk == target.pk:
        raise ValidationError(_("A record cannot be linked to itself."), code="self_link")
    fitting = predicates_between(source.kind, target.kind)
    if link.predicate not in fitting:
        raise ValidationError(
            {"predicate": _wrong_predicate(link, fitting)},
            code="wrong_predicate",
        )
    if link.citation and link.citation.record_id not in {source.pk, target.pk}:
        raise ValidationError(
            {"citation": _("Choose a citation of %(source)s or %(target)s.")
             % {"source": source.code, "target": target.code}},
            code="foreign_citation",
        )  # fmt: skip


def _wrong_predicate(link: Link, fitting: list[Predicate]) -> str:
    words = {
        "source": link.source.get_kind_display(),
        "predicate": link.get_predicate_display(),
        "target": link.target.get_kind_display(),
        "fitting": ", ".join(str(predicate.label) for predicate in fitting),
    }
    if not fitting:
        return _("Nothing links %(source)s to %(target)s in this direction; try the other.") % words
    return (
        _("“%(predicate)s” does not join %(source)s and %(target)s. What does: %(fitting)s.")
        % words
    )


@transaction.atomic
def unlink(old: Link, *, by: Any) -> None:
    """Take a link away."""
    require(by, "delete_link")
    require_edit(by, *_as_they_stand(old))
    with told("unlink", by=by):
        old.delete()


@transaction.atomic
def claim_uptake(record: Record, *, by: Any, **fields: Any) -> Uptake:
    """Add a dated, sourced claim of what became of a lesson or recommendation."""
    require(by, "add_uptake")
    require_unmerged(Record.objects.get(pk=record.pk))
    claim = Uptake(record=record, created_by=by, **fields)
    claim.full_clean()
    with told("claim uptake", by=by):
        claim.save()
    return claim
