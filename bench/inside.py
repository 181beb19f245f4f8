"""What is measured inside one process: finder, naive Django, rendering, catching up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tantivy
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.test import RequestFactory

from bench.figures import elapsed, median_of, paired
from lessons.models import Kind, Record
from lessons.search import Filters, Found, schema
from lessons.search.index import machine_index
from lessons.views import records as view

FACETS = ("kind", "theme", "actor", "tag", "report", "country", "decade")
PAGE = 20


def finder_over_bare(words: str) -> tuple[float, float]:
    """Return the finder's part of a page over the bare query, and its milliseconds."""
    finder = _finder(words)
    return paired(finder, _bare(words)), median_of(finder)


def _finder(words: str) -> Callable[[], object]:
    """Hits with their ids, number, all facets' counts, and highlights of the rows."""
    texts = [
        text
        for row in Found(Filters(q=words), AnonymousUser()).rows(0, PAGE)
        for text in (row.record.title, row.record.statement)
    ]

    def find() -> None:
        found = Found(Filters(q=words), AnonymousUser())
        _counts, _total, _ids = found.facet_counts(FACETS), found.total, found.ids(0, PAGE)
        for text in texts:
            found.marker.marked(text)

    return find


def _bare(words: str) -> Callable[[], object]:
    """The same from tantivy alone: all the words, one search, one aggregation."""
    searcher, built = machine_index().snapshot().records, schema.records()
    stems = [stem for word in words.split() for stem in schema.stem(word, "en")]
    terms = [tantivy.Query.term_query(built, "all_en", stem) for stem in stems]
    terms.append(tantivy.Query.term_query(built, "status", "published"))
    query = tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
    asked = {
        name: {"terms": {"field": name, "size": 1000 if name == "theme" else 100}}
        for name in FACETS
    }

    def find() -> None:
        searcher.search(query, PAGE)
        searcher.aggregate(query, asked)

    return find


def naive(words: str) -> Callable[[], object]:
    """Return what a page costs with ``icontains`` and one grouping query for each facet."""
    matching = Q()
    for word in words.split():
        matching &= (
            Q(title__icontains=word)
            | Q(statement__icontains=word)
            | Q(discussion__icontains=word)
            | Q(citations__exact__icontains=word)
        )

    def find() -> None:
        found = Record.objects.published().filter(matching).distinct()
        list(found.order_by("title", "id").with_rows(AnonymousUser())[:PAGE])
        found.count()
        for field in ("kind", "themes", "tags", "countries", "citations__passage__report"):
            _group(found, field)
        for field in ("links_out__target", "links_in__source"):
            _group(found.filter(**{f"{field}__kind": Kind.ACTOR}), field)

    return find


def _group(found: Any, field: str) -> None:
    list(
        found.order_by()
        .values(field)
        .annotate(records=Count("pk", distinct=True))
        .order_by("-records")[:100]
    )


def rendering(words: str) -> float:
    """Return the milliseconds that the template of a list takes, its context made already."""
    kept: dict[str, Any] = {}
    original = view.render

    def keep(request: Any, template: str, context: dict[str, Any]) -> Any:
        kept.update(request=request, template=template, context=context)
        return original(request, template, context)

    request = RequestFactory().get("/records/", {"q": words} if words else {})
    request.user = AnonymousUser()
    view.render = keep  # type: ignore[attr-defined]
    try:
        view.index(request, "")
    finally:
        view.render = original  # type: ignore[attr-defined]
    return median_of(
        lambda: render_to_string(kept["template"], kept["context"], request=kept["request"])
    )


def catching_up(number: int) -> float:
    """Return the milliseconds in which the index takes in a change of ``number`` records."""
    machine_index().snapshot()
    newest = Record.objects.order_by("-pk").values("pk")[:number]
    Record.objects.filter(pk__in=newest).update(updated_at=Now())
    return elapsed(machine_index().snapshot)
