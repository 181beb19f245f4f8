"""No more requests at once than this process answers soon; others are told at once to come back."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from lessons.outages import Outage

from .failing import unavailable

AT_WORK, IN_LINE = 4, 6  # of the threads in config/serving.py
PATIENCE = 1.0  # seconds in line
WATCHERS = {"/healthz", "/readyz", "/metrics"}


class AsManyAsFit:
    """Middleware: lets requests in while there is room; a file is sent outside of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.inside = threading.Semaphore(AT_WORK + IN_LINE)
        self.at_work = threading.Semaphore(AT_WORK)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 503 with ``Retry-After`` if the line is full, or does not move."""
        if request.path in WATCHERS:
            return self.get_response(request)
        if not self.inside.acquire(blocking=False):
            return unavailable(request, Outage.CROWD)
        try:
            if not self.at_work.acquire(timeout=PATIENCE):
                return unavailable(request, Outage.CROWD)
            try:
                return self.get_response(request)
            finally:
                self.at_work.release()
        finally:
            self.inside.release()
