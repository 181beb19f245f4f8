"""The theme tree and a theme's page."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons import citing
from lessons.models import Kind, Theme
from lessons.search import Filters, Found
from lessons.search.rows import Row

from .access import moved, public_page
from .citation import CiteThis

SHOWN = 5  # records of each kind on a theme's page; the list has the rest


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Show the scheme as a tree, each theme with the number of records it and its narrower hold."""
    facets = Found(Filters(), request.user).facets("theme")
    counts = {value.value: value.count for facet in facets for value in facet.values}
    narrower: dict[int | None, list[tuple[Theme, int]]] = defaultdict(list)
    for theme in Theme.objects.filter(deprecated=False):
        narrower[theme.broader_id].append((theme, counts.get(theme.slug, 0)))
    tree = [(theme, count, narrower[theme.pk]) for theme, count in narrower[None]]
    return render(request, "themes/tree.html", {"title": _("Themes"), "tree": tree})


@public_page
def theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show what a theme means and the records it holds, by kind."""
    one = get_object_or_404(Theme.objects.select_related("broader", "replaced_by"), slug=slug)
    if one.replaced_by:
        return moved(one.replaced_by.get_absolute_url())
    facets = Found(Filters(theme=(slug,)), request.user).facets("kind")
    counts = {value.value: value.count for facet in facets for value in facet.values}
    context = {
        "title": one.label,
        "theme": one,
        "cite": CiteThis(citing.work_of_theme(one), reverse("theme_feed", args=[one.slug])),
        "narrower": one.narrower.filter(deprecated=False),
        "related": one.related.filter(deprecated=False),
        "groups": [
            (kind, _first(slug, kind, request.user), counts[kind.value])
            for kind in Kind
            if counts.get(kind.value)
        ],
    }
    return render(request, "themes/theme.html", context)


def _first(slug: str, kind: Kind, user: Any) -> list[Row]:
    return Found(Filters(theme=(slug,), kind=(kind.value,)), user).rows(0, SHOWN)
