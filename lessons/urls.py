"""The public addresses, grouped by noun."""

from django.urls import path

from . import converters  # noqa: F401  (registers the path converters used below)
from .views import changes, history, home, record, records, reports, service, themes, undo

urlpatterns = [
    path("", home.home, name="home"),
    path("records/<code:code>/", record.page, name="record"),
    path("records/<code:code>.<suffix:suffix>", record.export, name="record_export"),
    path("records/<code:code>/history/", history.page, name="record_history"),
    path("records/<code:code>/history/<int:number>/", history.version, name="record_version"),
    path("<kind:kind>/", records.index, name="records"),
    path("<kind:kind>.<suffix:suffix>", records.export, name="records_export"),
    path("themes/", themes.index, name="themes"),
    path("themes/<slug:slug>/", themes.theme, name="theme"),
    path("reports/", reports.index, name="reports"),
    path("reports/<slug:slug>/", reports.report, name="report"),
    path("changes/", changes.page, name="changes"),
    path("curate/undo/<act:act>/", undo.page, name="undo"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
