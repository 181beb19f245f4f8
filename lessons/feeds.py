"""Atom feeds (RFC 4287): records of a list, and what has become of one record.

An entry's id is the record's permanent address; a change of a record, which has none, bears a tag
URI (RFC 4151). What is updated when, the record says. OpenSearch tells how many there are in all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import citing, history
from .models import PublicEvent, Record
from .models.vocabulary import AnchorState

NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries was updated
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


@dataclass(frozen=True)
class About:
    """What a feed says of itself: its page, its own address, and those of its neighbours.

    All are paths of this installation.
    """

    title: str
    page: str
    address: str
    total: int | None = None
    neighbours: Mapping[str, str] = field(default_factory=dict)  # rel → path


class Feed(Atom1Feed):
    """Atom with the number of all entries, links to its other pages and entries' languages."""

    def latest_post_date(self) -> datetime:
        """Return when the newest entry was updated."""
        return super().latest_post_date() if self.items else NOTHING_YET

    def root_attributes(self) -> dict[str, str]:
        """Declare OpenSearch beside Atom."""
        return {**super().root_attributes(), "xmlns:opensearch": OPENSEARCH}

    def add_root_elements(self, handler: Any) -> None:
        """Add the total and the links to neighbouring pages."""
        super().add_root_elements(handler)
        about: About = self.feed["about"]
        for rel, path in about.neighbours.items():
            handler.addQuickElement("link", "", {"rel": rel, "href": citing.permalink(path)})
        if about.total is not None:
            handler.addQuickElement("opensearch:totalResults", str(about.total))

    def item_attributes(self, item: Mapping[str, Any]) -> dict[str, str]:
        """Say in which language an entry is written."""
        return {"xml:lang": item["language"]}


def of_records(about: About, records: Iterable[Record], notes: Mapping[int, str]) -> Feed:
    """Return a feed of ``records`` with their rows fetched; ``notes`` adds a note to some."""
    feed = _feed(about)
    for record in records:
        address = citing.permalink(record.get_absolute_url())
        feed.add_item(
            title=_plain(f"{record.code} {record.title}"),
            link=address,
            unique_id=address,
            description=_plain(_summary(record, notes.get(record.pk, ""))),
            pubdate=record.published_at,
            updateddate=record.updated_at,
            categories=[theme.label for theme in record.themes.all()],
            language=record.language,
        )
    return feed


def of_changes(about: About, record: Record) -> Feed:
    """Return a feed of what everyone has seen happen to a record, newest first."""
    found = history.versions(record)
    reader = history.Reader(record, history.Names(version.state for version in found))
    feed = _feed(about)
    for version in reversed(history.public_versions(found, reader)):
        event = PublicEvent(version.verbs[0])
        feed.add_item(
            title=_plain(f"{record.title}: {event.label}"),
            link=citing.permalink(record.get_absolute_url()),
            unique_id=_tag(f"{record.code}:{version.number}"),
            description=_plain(_changed(reader, version, event)),
            pubdate=version.at,
            updateddate=version.at,
            language=record.language,
        )
    return feed


def _feed(about: About) -> Feed:
    address = citing.permalink(about.address)
    return Feed(
        title=_plain(f"{about.title} · {citing.HINDSIGHT}"),
        link=citing.permalink(about.page),
        description="",
        feed_url=address,
        feed_guid=address,
        author_name=citing.HINDSIGHT,
        language=get_language() or settings.LANGUAGE_CODE,
        about=about,
    )


def _summary(record: Record, note: str) -> str:
    parts = [format_html("<p>{}</p>", record.statement)]
    cited = [one for one in record.citations.all() if one.state != AnchorState.LOST]
    parts += [
        format_html("<blockquote>{}</blockquote><p>{}</p>", one.exact, citing.in_text(one.passage))
        for one in cited[:1]
    ]
    if note:
        parts.append(format_html("<p>{}</p>", _("Note: %(note)s") % {"note": note}))
    return "".join(parts)


def _changed(reader: history.Reader, version: history.Version, event: PublicEvent) -> SafeString:
    """Say in what a version differs from what was public before; of a new one what it states."""
    if event == PublicEvent.CHANGED:
        differences = reader.compare(version.before, version.state)
        return format_html_join("", "<p>{}</p>", ((capfirst(d.label),) for d in differences))
    if event == PublicEvent.PUBLISHED:
        return format_html("<p>{}</p>", (version.state.fields or {}).get("statement", ""))
    return format_html("<p>{}</p>", capfirst(event.label))


def _tag(name: str) -> str:
    """Return a tag URI: the host names it, as of the year this software began to."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return f"tag:{host},2026:{name}"


def _plain(text: str) -> str:
    return NO_XML.sub(" ", text)
