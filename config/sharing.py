"""Where the processes of one gunicorn keep their counts together."""

import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own name


def share(folder: Path) -> None:
    """Let the processes of one gunicorn keep their counts together, in a folder of theirs.

    prometheus-client looks for it once, when it is imported. Removes what gunicorns that ended
    left on this host.
    """
    host = socket.gethostname()
    for old in folder.glob(f"{host}-*"):
        if not _lives(int(old.name.rpartition("-")[2])):
            shutil.rmtree(old, ignore_errors=True)
    ours = folder / f"{host}-{os.getppid()}"
    ours.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER] = str(ours)


def _lives(pid: int) -> bool:
    with suppress(PermissionError):  # it is another user's
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
