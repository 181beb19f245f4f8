"""Sending what is due: each saved search by itself, told and noted in one transaction.

The message goes out before the note is committed: what breaks in between is told once more by the
next run, under the same Message-ID, and never lost. Two runs at once share the work.
"""

from __future__ import annotations

import logging
import smtplib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lessons.models import SavedSearch
from lessons.search import BadQuery

from .holding import found_by, held_at
from .news import JOINED, News, horizon, news_between
from .writing import message

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What a run did: searches by what came of them, and what went wrong with which."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def send_due(now: datetime | None = None) -> Outcome:
    """Write to everyone who is due at ``now``; a second run finds nobody due.

    A message that cannot be sent is tried again by the next run; the others go out all the same.
    """
    now = now or timezone.now()
    run = _Run(now, horizon())
    outcome = Outcome()
    for pk in list(SavedSearch.objects.due(now).order_by("pk").values_list("pk", flat=True)):
        try:
            outcome.counts[run.tell(pk)] += 1
        except (smtplib.SMTPException, OSError, BadQuery) as error:
            logger.exception("saved search %s", pk)
            outcome.failures.append(f"{pk}: {error}")
    return outcome


class _Run:
    """One run, which looks only once for what happened since a moment."""

    def __init__(self, now: datetime, until: datetime) -> None:
        self.now = now
        self.until = until
        self._since: dict[datetime, dict[int, News]] = {}

    @transaction.atomic
    def tell(self, pk: int) -> str:
        """Tell one owner what is new; return ``sent``, ``quiet`` or ``taken`` by another run."""
        due = SavedSearch.objects.due(self.now).select_related("owner")
        search = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if search is None:
            return "taken"
        touched = self._news(search.told_until)
        held, news = search.held, {}
        if touched or held is None:
            # A mail is out of our hands, so it holds what everyone may read, whoever gets it.
            found = found_by(search.query)
            news = _of_interest(touched, found, held)
            held = held_at(self.until, found, held or ())
        if news:
            message(search, news, self.until).send()
        SavedSearch.objects.filter(pk=pk).update(told_until=self.until, held=held)
        return "sent" if news else "quiet"

    def _news(self, since: datetime) -> dict[int, News]:
        if since not in self._since:
            self._since[since] = news_between(since, self.until)
        return self._since[since]


def _of_interest(
    touched: dict[int, News], found: list[int], held: list[int] | None
) -> dict[int, News]:
    """Return the news among what a search finds, in the order of its list."""
    before = set(found if held is None else held)
    news = {}
    for pk in found:
        one = touched.get(pk)
        if one and not one.is_new and pk not in before:
            one = News(is_new=True, changed=(JOINED,))
        if one and (one.is_new or one.changed):
            news[pk] = one
    return news
