"""``/metrics`` for Prometheus: requests, their durations, and what waits.

Each process of gunicorn keeps its counts in a file of a folder they share (prometheus-client's
multi-process mode), so whichever answers tells those of all, also of workers that have ended.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from lessons.models import Job, JobState
from lessons.search import outbox, state

from .sharing import FOLDER

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_registry = CollectorRegistry()
_requests = Counter(
    "hindsight_requests", "Requests answered", ["view", "method", "status"], registry=_registry
)
_seconds = Histogram(
    "hindsight_request_seconds", "Seconds until the answer began", ["view"], registry=_registry
)


def count(method: str, view: str, status: int, seconds: float) -> None:
    """Count one request that was answered, where metrics are kept."""
    if settings.METRICS_TOKEN:
        _requests.labels(view, method if method in METHODS else "other", str(status)).inc()
        _seconds.labels(view).observe(seconds)


@login_not_required
@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Tell the figures to who shows the token; without a token set there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not constant_time_compare(request.headers.get("Authorization", ""), expected):
        return HttpResponse(
            "a token is needed\n", status=401, headers={"WWW-Authenticate": "Bearer"}
        )
    counted = _registry
    if os.environ.get(FOLDER):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    waiting = CollectorRegistry()
    waiting.register(_Waiting())
    return HttpResponse(
        generate_latest(counted) + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST
    )


class _Waiting(Collector):
    """What waits at this moment, and whether the database answers at all."""

    def describe(self) -> list[Metric]:
        """Ask nothing before the first visit."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            found = [*_jobs(), *_search()]
        except (Error, ImproperlyConfigured):
            found = []
        yield _gauge("hindsight_database_up", "Whether the database answers", int(bool(found)))
        yield from found


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _jobs() -> Iterator[Metric]:
    active = Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).order_by()
    counted = dict(active.values_list("state").annotate(Count("pk")))
    yield _gauge("hindsight_jobs_waiting", "Jobs that wait", counted.get(JobState.WAITING, 0))
    yield _gauge("hindsight_jobs_running", "Jobs being done", counted.get(JobState.RUNNING, 0))
    since = active.filter(state=JobState.WAITING).aggregate(since=Min("created_at"))["since"]
    waited = (timezone.now() - since).total_seconds() if since else 0
    yield _gauge("hindsight_jobs_oldest_seconds", "How long the oldest has waited", waited)


def _search() -> Iterator[Metric]:
    held = state.read(settings.SEARCH_DIR)
    behind = outbox.behind(held.position) if held else None
    yield _gauge("hindsight_search_built", "Whether an index serves", int(behind is not None))
    yield _gauge("hindsight_search_behind", "Changes this machine has not indexed", behind or 0)
