"""The theme tree and a theme's page."""

from collections import defaultdict

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lessons.models import Kind, Theme
from lessons.search import Filters, Found

from .access import public_page

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
        return redirect(one.replaced_by, permanent=True)
    found = Found(Filters(theme=(slug,)), request.user)
    counts = dict(found.records.order_by().values_list("kind").annotate(Count("pk")))
    groups = []
    for kind in Kind:
        records = found.records.filter(kind=kind)
        groups.append((kind, records.with_rows()[:SHOWN], counts.get(kind.value, 0)))
    context = {
        "title": one.label,
        "theme": one,
        "narrower": one.narrower.filter(deprecated=False),
        "related": one.related.filter(deprecated=False),
        "groups": [group for group in groups if group[2]],
    }
    return render(request, "themes/theme.html", context)
