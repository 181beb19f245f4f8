"""The public addresses, grouped by noun."""

from django.urls import path

from . import converters  # noqa: F401  (registers the path converters used below)
from .views import (
    desk_themes,
    duplicates,
    home,
    linking,
    record,
    records,
    reports,
    service,
    tags,
    themes,
)

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
    path("curate/link/<code:code>/", linking.link, name="link"),
    path("curate/unlink/<int:pk>/", linking.unlink, name="unlink"),
    path("curate/duplicates/", duplicates.index, name="duplicates"),
    path("curate/merge/<code:survivor>/<code:absorbed>/", duplicates.merge, name="merge"),
    path("curate/tags/", tags.index, name="tags"),
    path("curate/tags/<int:pk>/", tags.tag, name="tag"),
    path("curate/themes/", desk_themes.index, name="desk_themes"),
    path("curate/themes/<slug:slug>/", desk_themes.theme, name="desk_theme"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
