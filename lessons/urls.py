"""The public addresses, grouped by noun."""

from django.urls import path

from . import converters  # noqa: F401  (registers the path converters used below)
from .views import evidence, home, record, records, reports, service, themes

urlpatterns = [
    path("", home.home, name="home"),
    path("records/<code:code>/", record.page, name="record"),
    path("records/<code:code>.<suffix:suffix>", record.export, name="record_export"),
    path("<kind:kind>/", records.index, name="records"),
    path("<kind:kind>.<suffix:suffix>", records.export, name="records_export"),
    path("themes/", themes.index, name="themes"),
    path("themes/<slug:slug>/", themes.theme, name="theme"),
    path("reports/", reports.index, name="reports"),
    path("reports/<slug:slug>/", reports.report, name="report"),
    path("curate/lost/", evidence.lost, name="lost_citations"),
    path("curate/lost/<int:number>/", evidence.lost_citation, name="lost_citation"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
