"""gunicorn with one worker of jobs beside it, for one machine: ``gunicorn -c config/gunicorn.py``.

What stops gunicorn stops the worker; if gunicorn is killed, the worker ends by itself.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
GRACE = 10  # seconds that the worker has to roll back what it does

_started: list[subprocess.Popen[bytes]] = []


def when_ready(server: Any) -> None:
    """Start the worker once the port is ours."""
    _started.append(subprocess.Popen([sys.executable, str(MANAGE), "worker", "--with-parent"]))


def on_exit(server: Any) -> None:
    """Stop the worker, and wait until it has."""
    for worker in _started:
        worker.terminate()
        try:
            worker.wait(GRACE)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
