"""Citations and links, edited below the record they belong to, saved through the verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lessons import curation, evidence
from lessons.forms.citations import CitationForm, CitationFormSet
from lessons.forms.links import LinkForm
from lessons.models import Citation, Link, predicates_from, predicates_to
from lessons.models.vocabulary import Predicate


class VerbFormSet(forms.BaseInlineFormSet):
    """A formset that saves as ``self.by``, whom the admin sets before saving."""

    by: Any = None


class CitationVerbs(CitationFormSet, VerbFormSet):
    def save_new(self, form: Any, commit: bool = True) -> Citation:
        data = form.cleaned_data
        return evidence.cite(self.instance, data["passage"], data["exact"], by=self.by)

    def delete_existing(self, obj: Citation, commit: bool = True) -> None:
        evidence.uncite(obj, by=self.by)


class LinkVerbs(VerbFormSet):
    def save_new(self, form: Any, commit: bool = True) -> Link:
        link = form.save(commit=False)
        setattr(link, self.fk.name, self.instance)
        return curation.save_link(link, by=self.by)

    def save_existing(self, form: Any, obj: Link, commit: bool = True) -> Link:
        return curation.save_link(form.save(commit=False), by=self.by)

    def delete_existing(self, obj: Link, commit: bool = True) -> None:
        curation.unlink(obj, by=self.by)


class CitationInline(admin.StackedInline):
    """Existing citations are shown in their context; a wrong one is taken away and cited anew."""

    model = Citation
    form = CitationForm
    formset = CitationVerbs
    extra = 1
    autocomplete_fields = ("passage",)
    verbose_name_plural = _("what it rests on: citations")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Citation]:
        return super().get_queryset(request).select_related("passage__report")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("passage", "exact", "in_context")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("in_context",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("in the report"))
    def in_context(self, citation: Citation) -> SafeString | str:
        if not citation.pk:
            return "—"
        return format_html(
            '<a href="{}">{}</a> …{}<mark>{}</mark>{}… ({})',
            citation.get_absolute_url(),
            citation.passage.report.title,
            citation.prefix,
            citation.exact,
            citation.suffix,
            citation.get_state_display(),
        )


class LinkInline(admin.TabularInline):
    """Links of a record; the predicates offered fit its kind and its side."""

    model = Link
    form = LinkForm
    formset = LinkVerbs
    extra = 0
    other_end: str

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Link]:
        return super().get_queryset(request).select_related("source", "target", "citation")

    def predicates(self, kind: str) -> list[Predicate]:
        raise NotImplementedError

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.record = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "predicate":
            offered = self.predicates(self.parent_model.objects.kind)
            kwargs["choices"] = [("", "—"), *((one.value, one.label) for one in offered)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "citation":
            # Those its links rest on too: what is not offered would be dropped by the next save.
            record = self.record
            own = models.Q(record=record)
            resting = models.Q(links__source=record) | models.Q(links__target=record)
            chosen = own | resting if record else own
            kwargs["queryset"] = Citation.objects.filter(chosen).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class LinkOutInline(LinkInline):
    fk_name = "source"
    fields = ("predicate", "target", "asserted_by", "citation", "note")
    autocomplete_fields = ("target",)
    verbose_name_plural = _("links from this record")

    def predicates(self, kind: str) -> list[Predicate]:
        return predicates_from(kind)


class LinkInInline(LinkInline):
    fk_name = "target"
    fields = ("source", "predicate", "asserted_by", "citation", "note")
    autocomplete_fields = ("source",)
    verbose_name_plural = _("links to this record")

    def predicates(self, kind: str) -> list[Predicate]:
        return predicates_to(kind)
