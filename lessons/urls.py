"""The addresses, grouped by noun."""

from django.urls import path

from . import converters  # noqa: F401  (registers the path converters used below)
from .views import (
    bulk,
    desk,
    editing,
    home,
    record,
    records,
    reports,
    service,
    themes,
    workflow,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("records/<code:code>/", record.page, name="record"),
    path("records/<code:code>.<suffix:suffix>", record.export, name="record_export"),
    path("records/<code:code>/edit/", editing.edit, name="record_edit"),
    path("records/<code:code>/step/", workflow.step, name="record_step"),
    path("records/<code:code>/assign/", workflow.assign, name="record_assign"),
    path("records/<code:code>/comment/", workflow.comment, name="record_comment"),
    path("records/new/<slug:kind>/", editing.new, name="record_new"),
    path("<kind:kind>/", records.index, name="records"),
    path("<kind:kind>.<suffix:suffix>", records.export, name="records_export"),
    path("themes/", themes.index, name="themes"),
    path("themes/<slug:slug>/", themes.theme, name="theme"),
    path("reports/", reports.index, name="reports"),
    path("reports/<slug:slug>/", reports.report, name="report"),
    path("curate/", desk.index, name="desk"),
    path("curate/records/", desk.records, name="desk_records"),
    path("curate/bulk/", bulk.preview, name="bulk"),
    path("curate/bulk/perform/", bulk.perform, name="bulk_perform"),
    path("curate/acts/<slug:act>/", bulk.act, name="act"),
    path("curate/comments/<int:number>/resolve/", workflow.resolve_comment, name="resolve_comment"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
