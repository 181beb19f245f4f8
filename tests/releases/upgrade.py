"""``python -m tests.releases.upgrade BACKUP``: restore it, migrate it, say what it holds."""

import io
import json
import lzma
import sys
from pathlib import Path

from .apart import installation, manifest


def main() -> None:
    """Do as an operator does (docs/deploy.md), and raise what goes wrong."""
    with installation() as folder:
        from django.core.management import call_command
        from django.db import connection

        quiet = {"stdout": io.StringIO(), "verbosity": 0}
        backup = folder / "backup"
        backup.write_bytes(lzma.decompress(Path(sys.argv[1]).read_bytes()))
        call_command("db", "restore", str(backup), **quiet)
        call_command("migrate", **quiet)
        call_command("migrate", "--check", **quiet)
        call_command("search", "rebuild", **quiet)
        call_command("search", "verify", **quiet)
        call_command("verify_evidence", **quiet)
        told = manifest(folder)
        connection.close()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
