"""The theme scheme at the desk: adding, wording, moving, merging and deprecating themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lessons import theming
from lessons.forms.themes import SchemeForm
from lessons.models import Theme
from lessons.search import BadQuery

from .access import desk_page
from .acting import attempt, perform


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Show the whole scheme as a tree, and the form of a new theme."""
    form = SchemeForm(request.POST or None)
    if request.method == "POST":
        _require(request)
        if form.is_valid() and _saved(request, form, _("“%(label)s” was added.")):
            return redirect("desk_themes")
    children: dict[int | None, list[Theme]] = defaultdict(list)
    themes = Theme.objects.select_related("replaced_by").annotate(borne=Count("records"))
    for one in themes.order_by("notation"):
        children[one.broader_id].append(one)
    context = {
        "title": _("Themes"),
        "tree": list(_branches(children, None, 0)),
        "form": form,
        "may_change": request.user.has_perm("lessons.change_theme"),
    }
    return render(request, "curate/themes.html", context)


def _branches(
    children: Mapping[int | None, list[Theme]], parent: int | None, depth: int
) -> Iterator[tuple[Theme, int]]:
    for one in children.get(parent, []):
        yield one, depth
        yield from _branches(children, one.pk, depth + 1)


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("lessons.change_theme"):
        raise PermissionDenied


def _saved(request: HttpRequest, form: forms.ModelForm, done: str) -> bool:
    one = form.instance
    try:
        said = done % {"label": one.label}
        perform(request, "save theme", partial(theming.save_theme, one, by=request.user), said)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


@desk_page
def theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a theme with what can be done about it and how many records that changes."""
    one = get_object_or_404(Theme.objects.select_related("replaced_by"), slug=slug)
    form = SchemeForm(instance=one)
    if request.method == "POST":
        _require(request)
        name = request.POST.get("do", "")
        if name not in CHANGES:
            raise BadQuery(_("do: this is not something a theme can be asked for."))
        if name != "save":
            return redirect("desk_theme", CHANGES[name](request, one).slug)
        form = SchemeForm(request.POST, instance=one)
        if form.is_valid() and _saved(request, form, _("“%(label)s” was saved.")):
            return redirect("desk_theme", one.slug)
        one = Theme.objects.select_related("replaced_by").get(pk=one.pk)
    return render(request, "curate/theme.html", _context(request, one, form))


def _context(request: HttpRequest, one: Theme, form: forms.ModelForm) -> dict[str, Any]:
    others = Theme.objects.offered().exclude(pk=one.pk)
    into = others.filter(slug=request.GET.get("into", "")).first()
    return {
        "title": one.label,
        "theme": one,
        "form": form,
        "others": others,
        "into": into,
        "borne": one.records.count(),
        "both": one.records.filter(pk__in=into.records.values("pk")).count() if into else 0,
        "narrower": one.narrower.offered(),
        "may_change": request.user.has_perm("lessons.change_theme"),
    }


def _merge(request: HttpRequest, one: Theme) -> Theme:
    into = get_object_or_404(Theme, slug=request.POST.get("into", ""))
    done = _("“%(old)s” was merged into “%(new)s”.") % {"old": one.label, "new": into.label}
    do = partial(theming.merge_themes, into, one, by=request.user)
    return into if attempt(request, "merge themes", do, done) else one


def _deprecate(request: HttpRequest, one: Theme) -> Theme:
    slug = request.POST.get("into", "")
    into = get_object_or_404(Theme, slug=slug) if slug else None
    do = partial(
        theming.deprecate, one, by=request.user, replaced_by=into,
        move_records="move" in request.POST,
    )  # fmt: skip
    attempt(request, "deprecate theme", do, _("“%(label)s” is deprecated.") % {"label": one.label})
    return one


CHANGES: dict[str, Any] = {"save": None, "merge": _merge, "deprecate": _deprecate}
