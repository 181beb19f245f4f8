"""The addresses of pages, grouped by noun."""

from django.urls import path

from . import converters  # noqa: F401  (registers the path converters used below)
from .views import (
    changes,
    history,
    home,
    quoting,
    record,
    records,
    reports,
    service,
    themes,
    undo,
    workbench,
)

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
    path("curate/reports/", workbench.index, name="workbenches"),
    path("curate/reports/<slug:slug>/", workbench.workbench, name="workbench"),
    path("curate/reports/<slug:slug>/readings/", workbench.readings, name="readings"),
    path("curate/reports/<slug:slug>/<int:ordinal>/", quoting.choose, name="quote"),
    path("curate/reports/<slug:slug>/<int:ordinal>/new/<str:kind>/", quoting.new, name="quote_new"),
    path("curate/reports/<slug:slug>/<int:ordinal>/cite/", quoting.cite, name="quote_cite"),
    path("curate/citable/", quoting.citable, name="citable"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
