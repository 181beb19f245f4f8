"""The verbs of saved searches: saving one, changing how often its owner is told, letting it go."""

from __future__ import annotations

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from lessons.models import Frequency, SavedSearch, Status
from lessons.search import BadQuery, Filters

from .holding import held_now
from .news import horizon

MOST = 100  # searches of one person
SIGNER = signing.Signer(salt="lessons.alerts.unsubscribe")


@transaction.atomic
def save_search(query: str, title: str, *, by: User, frequency: str) -> SavedSearch:
    """Keep a search, to tell its owner from now on in the language of this moment.

    Raises ValidationError for a query that no list answers, that asks for what is not public, or
    that is saved already.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one at a time, for the count
    if by.saved_searches.count() >= MOST:
        raise ValidationError(
            _("You have %(most)d saved searches: let one go first.") % {"most": MOST},
            code="too_many",
        )
    query, told_until = _checked(query), horizon()
    search = SavedSearch(
        owner=by,
        title=" ".join(title.split()),
        query=query,
        frequency=frequency,
        language=get_language() or "en",
        told_until=told_until,
        held=held_now(query, told_until),
    )
    search.full_clean(exclude=["owner"])
    search.validate_constraints()
    search.save()
    return search


def _checked(query: str) -> str:
    """Return the query in its one spelling."""
    try:
        filters = Filters.from_string(query).with_()
    except BadQuery as error:
        raise ValidationError(str(error), code="query") from error
    if set(filters.status) - {Status.PUBLISHED}:
        raise ValidationError(
            _("An alert tells of what is published. Take the state out of the search first."),
            code="status",
        )
    return filters.query()


@transaction.atomic
def change_search(search: SavedSearch, *, by: User, frequency: str) -> SavedSearch:
    """Tell the owner more or less often; what happened while told ``never`` is not made up for."""
    current = _held(search, by)
    if current.frequency == Frequency.NEVER:
        current.told_until = horizon()
        current.held = held_now(current.query, current.told_until)
    current.frequency = frequency
    current.full_clean(exclude=["owner"])
    current.save()
    return current


@transaction.atomic
def forget_search(search: SavedSearch, *, by: User) -> None:
    """Let a saved search go."""
    _held(search, by).delete()


def _held(search: SavedSearch, by: User) -> SavedSearch:
    current = SavedSearch.objects.select_for_update().get(pk=search.pk)
    if current.owner_id != by.pk:
        raise PermissionDenied(_("This search is not yours."))
    return current


def token_of(search: SavedSearch) -> str:
    """Return what allows whoever holds it to end the mails of this search, and nothing else."""
    return SIGNER.sign(str(search.pk))


def holder_of(token: str) -> SavedSearch | None:
    """Return the search of a token, None if it was let go; raises BadSignature for a false one."""
    return SavedSearch.objects.filter(pk=int(SIGNER.unsign(token))).first()


def unsubscribe(token: str) -> None:
    """End the mails of a search, without a sign-in (RFC 8058); saying it twice does no harm."""
    search = holder_of(token)
    if search is not None:
        SavedSearch.objects.filter(pk=search.pk).update(frequency=Frequency.NEVER)
