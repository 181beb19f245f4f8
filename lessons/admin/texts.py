"""Replacing the text of a report or of one passage: first what would become of the citations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from lessons.evidence import Reanchored, foresee
from lessons.forms.reports import NewTextForm, said_of


class TextAdmin(admin.ModelAdmin):
    """Adds the page ``…/text/``, where a text is replaced after a look at what that would do."""

    change_form_template = "admin/lessons/text_change_form.html"
    text_title: Any

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_text"
        view = self.admin_site.admin_view(self.text_view)
        return [path("<path:object_id>/text/", view, name=name), *super().get_urls()]

    def text_form(self, obj: Any, data: Any) -> NewTextForm:
        """Return the form for the text of ``obj``."""
        raise NotImplementedError

    def text_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show the text; posted, say what would become of the citations, or replace it."""
        if not request.user.has_perm("lessons.change_report"):
            raise PermissionDenied
        obj = get_object_or_404(self.get_queryset(request), pk=self._key(object_id))
        form = self.text_form(obj, request.POST or None)
        outcome = None
        try:
            if form.is_valid() and "replace" in request.POST:
                tell(request, form.save(by=request.user))
                return redirect("admin:lessons_report_change", form.report.pk)
            if form.is_valid():
                outcome = foresee(form.save, by=request.user)
        except (ValidationError, PermissionDenied) as error:
            text = error.messages if isinstance(error, ValidationError) else [str(error)]
            form.add_error(None, text)
        context = {
            **self.admin_site.each_context(request),
            "title": self.text_title,
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "form": form,
            "outcome": outcome,
        }
        return TemplateResponse(request, "admin/lessons/text.html", context)

    def _key(self, object_id: str) -> Any:
        try:
            return self.opts.pk.to_python(object_id)
        except ValidationError:
            return None


def tell(request: HttpRequest, outcome: Reanchored) -> None:
    """Say what became of the citations, loudly where some were lost."""
    for level, text in said_of(outcome):
        messages.add_message(request, level, text)
