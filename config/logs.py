"""Logs as JSON, each line with the request it belongs to."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

FIELDS = ("method", "path", "view", "status", "ms", "user", "sql")

request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (ISO 8601, UTC), level, logger, message, request, and more."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a text of several lines stays one."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get(),
        }
        told |= {name: getattr(record, name, None) for name in FIELDS}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        kept = {name: value for name, value in told.items() if value not in (None, "")}
        return json.dumps(kept, ensure_ascii=False, default=str)
