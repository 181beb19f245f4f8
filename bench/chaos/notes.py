"""What the site acknowledged, and what it answered, kept beside it: one JSON object a line."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Notes:
    """Appends to a file from several threads."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def add(self, what: str, **more: Any) -> None:
        """Keep one line, before anything else is asked."""
        with self._lock:
            self._file.write(json.dumps({"what": what, **more}) + "\n")
            self._file.flush()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what was noted, in order."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
