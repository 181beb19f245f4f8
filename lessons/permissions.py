"""What each role may do. Views, admin and verbs all ask this one table, through ``has_perm``."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User

from .models import Record
from .models.vocabulary import Status

RECORDS = ("record", "lesson", "failure", "actor", "recommendation")


def _may(actions: str, *models: str) -> frozenset[str]:
    return frozenset(f"lessons.{action}_{model}" for action in actions.split() for model in models)


READER: frozenset[str] = frozenset()
ANALYST = (
    _may("view add change", *RECORDS, "report", "passage", "recordtag")
    | _may("view add change delete", "citation", "link", "passagereading", "cue")
    | _may("view add change", "suggestion")
    # Drafts only: the database refuses to delete what was ever published.
    | _may("delete", *RECORDS, "passage", "recordtag")
    | _may("view add", "uptake", "tag")
    # Resolved, never rewritten.
    | _may("view add change", "comment")
    | _may("view", "theme", "country")
)
REVIEWER = (
    ANALYST
    | _may("review", "record")
    | _may("add change delete", "theme")
    | _may("change delete", "tag")
    | _may("delete", "report")
)
ADMIN = (
    REVIEWER
    | _may("add change delete", "country")
    # One's own jobs everyone may see and cancel; these are those of others.
    | _may("view change", "job")
    # Everyone has reading lists, on the pages; administrators may end what should not be public.
    | _may("view delete", "readinglist")
    | {f"accounts.{action}_user" for action in ("view", "add", "change", "delete")}
    | {"accounts.view_accessevent"}
)

ROLE_PERMISSIONS = {
    Role.READER: READER,
    Role.ANALYST: ANALYST,
    Role.REVIEWER: REVIEWER,
    Role.ADMIN: ADMIN,
}


def at_the_desk() -> QuerySet[User]:
    """Return the people who may see what is not published."""
    roles = [role for role, may in ROLE_PERMISSIONS.items() if "lessons.view_record" in may]
    return User.objects.filter(is_active=True, role__in=roles).order_by("username")


def editable_statuses(user: Any) -> tuple[Status, ...]:
    """Return the states in which ``user`` may change a record: what is public, only reviewers."""
    if user.has_perm("lessons.review_record"):
        return tuple(Status)
    return (Status.DRAFT, Status.IN_REVIEW) if user.has_perm("lessons.change_record") else ()


def may_edit(user: Any, record: Record) -> bool:
    """Whether ``user`` may change ``record`` as it stands; nobody what was merged into another."""
    return not record.merged_into_id and record.status in editable_statuses(user)


def require(user: Any, permission: str) -> None:
    """Raise PermissionDenied unless ``user`` has it; None is the operator at the console."""
    if user is not None and not user.has_perm(f"lessons.{permission}"):
        raise PermissionDenied(_("Your role does not allow this."))


def require_edit(user: Any, *records: Record) -> None:
    """Raise PermissionDenied unless ``user`` may change at least one of ``records``.

    Raises ValidationError, to the operator too, if one of them was merged into another.
    """
    require_unmerged(*records)
    if user is not None and not any(may_edit(user, record) for record in records):
        raise PermissionDenied(_("Published records are changed by a reviewer."))


def require_unmerged(*records: Record) -> None:
    """Raise ValidationError, naming the survivor, if one of ``records`` was merged into another."""
    for record in records:
        if record.merged_into is not None:
            raise ValidationError(
                _("%(code)s was merged into %(survivor)s: use that one.")
                % {"code": record.code, "survivor": record.merged_into.code},
                code="merged",
            )
