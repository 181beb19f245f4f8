"""Records in the admin, one table a kind and one for all."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lessons import curation
from lessons.bulk import ACTIONS
from lessons.forms import settling
from lessons.forms.records import RecordForm
from lessons.models import Actor, Citation, Failure, Kind, Lesson, Recommendation, Record, RecordTag
from lessons.models.desk import QUALITIES
from lessons.models.records import KIND_FIELDS
from lessons.permissions import may_edit
from lessons.reviewing import STEPS, steps_open_to
from lessons.search import Building, Filters, Found, SearchUnavailable

from .inlines import CitationInline, LinkInInline, LinkOutInline
from .workflow import bulk_action, take, told

WORDS = ("title", "statement", "discussion")
NAMES = ("title__unaccent__icontains", "aliases__icontains")
MOST_FOUND = 1000  # records a search in the admin shows, the best of all found
SUBJECT = ("themes", "tags", "new_tags", "countries", "phase", ("year_from", "year_to"))
DETAILS = ("language", "identifier", "read_version")


def is_naming(request: HttpRequest) -> bool:
    """Whether the search completes a field that names a record."""
    return bool(request.resolver_match and request.resolver_match.url_name == "autocomplete")


class CitedFilter(admin.SimpleListFilter):
    """Whether a record rests on a passage yet."""

    title = _("evidence")
    parameter_name = "cited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("cites a passage")), ("no", _("no citation yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(citations__isnull=self.value() == "no").distinct()


class QualityFilter(admin.SimpleListFilter):
    """What a record lacks, as on the desk."""

    title = _("weakness")
    parameter_name = "quality"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(QUALITIES.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        weak = Record.objects.lacking(str(self.value())).order_by()
        return queryset.filter(pk__in=weak.values("pk"))


class RecordList(admin.ModelAdmin):
    """What the tables of all kinds share."""

    list_display: Any = ("code_and_title", "status", "origin_or_type", "cited", "updated_at")
    list_filter: ClassVar[Any] = (
        "status", QualityFilter, CitedFilter, "phase", "themes", "assigned_to", "created_by",
    )  # fmt: skip
    search_fields = tuple(f"{name}__unaccent__icontains" for name in WORDS)
    search_help_text = _("Words of title, statement or discussion, or a code such as L-12.")
    ordering = ("-updated_at",)
    list_per_page = 50
    show_full_result_count = False
    actions = [bulk_action(name) for name in ACTIONS]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Record]:
        return (
            super()
            .get_queryset(request)
            .filter(merged_into=None)
            .annotate(times_cited=models.Count("citations", distinct=True))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        with_code = queryset.with_code(search_term)
        if with_code.exists():
            return with_code, False
        if is_naming(request) or not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        try:
            found = Found(Filters(q=search_term), request.user).ids(0, MOST_FOUND)
        except (SearchUnavailable, Building) as error:
            messages.warning(request, str(error))
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(pk__in=found), False

    @admin.display(description=_("record"), ordering="title")
    def code_and_title(self, record: Record) -> str:
        return str(record)

    @admin.display(description=_("kind"))
    def origin_or_type(self, record: Record) -> str:
        for name in ("origin", "failure_type", "actor_type"):
            if getattr(record, name):
                return str(getattr(record, f"get_{name}_display")())
        return record.number or ""

    @admin.display(description=_("citations"), ordering="times_cited")
    def cited(self, record: Any) -> int:
        return record.times_cited

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """Lead to the history that the database keeps; the admin's own knows only the admin."""
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        return redirect("record_history", record.code)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # drafts are discarded one by one
        return actions

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lessons.review_record")


@admin.register(Record)
class AllRecordsAdmin(RecordList):
    """All kinds in one table, and the search behind every field that names a record."""

    list_display = ("code_and_title", "kind", *RecordList.list_display[1:])
    list_filter = ("kind", *RecordList.list_filter)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Match names alone where a record is being named, in a field that completes itself."""
        return NAMES if is_naming(request) else super().get_search_fields(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        return redirect(f"admin:lessons_{record.kind}_change", object_id)


class KindAdmin(RecordList):
    """The form of one kind."""

    form = RecordForm
    autocomplete_fields = ("themes", "countries")
    inlines = (CitationInline, LinkOutInline, LinkInInline)
    change_form_template = "admin/lessons/record_change_form.html"
    readonly_fields = ("life",)
    kind: Kind

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        subject: tuple[Any, ...] = SUBJECT
        details: tuple[Any, ...] = DETAILS
        if obj is not None and not self.has_change_permission(request, obj):
            only_typed = ("new_tags", "read_version")
            subject, details = (
                tuple(name for name in names if name not in only_typed)
                for names in (SUBJECT, DETAILS)
            )
        return (
            (None, {"fields": ("life", *WORDS, *KIND_FIELDS[self.kind])}),
            (_("What it is about"), {"fields": subject}),
            (_("Details"), {"fields": details}),
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        tag = RecordTag._meta.get_field("tag")
        if "tags" in form.base_fields:
            form.base_fields["tags"].widget = AutocompleteSelectMultiple(tag, self.admin_site)
        return form

    @admin.display(description=_("status"))
    def life(self, record: Record) -> SafeString | str:
        if not record.pk:
            return str(_("new draft"))
        return format_html(
            '{} · <a href="{}">{}</a>',
            record.get_status_display(),
            record.get_absolute_url(),
            record.code,
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_edit(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or (may_edit(request.user, obj) and not obj.published_at))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let citations go with their draft; they have no door of their own."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed - {Citation._meta.verbose_name}, protected

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show an edit conflict; tell what only the verbs see, by then everything is undone."""
        if request.method == "POST" and object_id and (page := self._conflict(request, object_id)):
            return page
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    def _conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return the page of a conflict; None where there is none, or what was chosen is put in."""
        record = self.get_object(request, object_id)
        if record is None or not self.has_change_permission(request):
            return None

        def bind(data: Any) -> Any:
            instance = self.model.objects.get(pk=record.pk)
            return self.get_form(request, None, change=True)(data, instance=instance)

        with transaction.atomic():
            request.POST = settling.settled(request.POST, record, bind)  # type: ignore[assignment]
            form = bind(request.POST)
            if not form.came_too_late:
                return None
            may_save = may_edit(request.user, record)
            context = settling.page(settling.clash(form, record), request.POST, may_save=may_save)
        return render(request, "records/conflict.html", context)

    def save_model(self, request: HttpRequest, obj: Record, form: Any, change: bool) -> None:
        data = form.cleaned_data
        curation.save_record(
            obj, by=request.user,
            themes=data["themes"], countries=data["countries"], tags=form.tag_names(),
        )  # fmt: skip

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: Any, change: bool
    ) -> None:
        formset.by = request.user
        formset.save()

    def delete_model(self, request: HttpRequest, obj: Record) -> None:
        curation.discard(obj, by=request.user)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        **kwargs: Any,
    ) -> HttpResponse:
        record = kwargs.get("obj")
        context["steps"] = steps_open_to(record, request.user) if record else [STEPS["submit"]]
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Record, post_url_continue: Any = None
    ) -> HttpResponse:
        return self._stepped(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Record) -> HttpResponse:
        return self._stepped(request, obj) or super().response_change(request, obj)

    def _stepped(self, request: HttpRequest, obj: Record) -> HttpResponse | None:
        """Take the step whose button was pressed; None if it was a plain save."""
        name = request.POST.get("_step", "")
        if name not in STEPS:
            return None
        record = Record.objects.get(pk=obj.pk)
        try:
            with transaction.atomic():
                take(name, record, request)
        except (ValidationError, PermissionDenied) as error:
            messages.error(request, told(error, record))
        else:
            said = {"label": record.code, "value": record.get_status_display()}
            messages.success(request, gettext("%(label)s: %(value)s") % said)
        return HttpResponseRedirect(reverse(f"admin:lessons_{self.kind}_change", args=[obj.pk]))


@admin.register(Lesson)
class LessonAdmin(KindAdmin):
    kind = Kind.LESSON
    list_filter = (*RecordList.list_filter, "polarity", "level", "origin")


@admin.register(Failure)
class FailureAdmin(KindAdmin):
    kind = Kind.FAILURE
    list_filter = (*RecordList.list_filter, "failure_type")


@admin.register(Actor)
class ActorAdmin(KindAdmin):
    kind = Kind.ACTOR
    list_filter = (*RecordList.list_filter, "actor_type")


@admin.register(Recommendation)
class RecommendationAdmin(KindAdmin):
    kind = Kind.RECOMMENDATION
