"""Work on an installation of its own, in this process: for programs that a test starts."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile


@contextmanager
def installation() -> Iterator[Path]:
    """Set up Django on an empty folder, with an embedded database that ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="hindsight-release-"))
    folder.chmod(0o711)  # started by root, PostgreSQL runs as somebody who must get in
    for name in [name for name in os.environ if name.startswith("HINDSIGHT_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"HINDSIGHT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    try:
        yield folder
    finally:
        call_command("db", "stop", "--force", stdout=io.StringIO())
        shutil.rmtree(folder, ignore_errors=True)  # the server may still tidy up


def manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest of an archive says of its content: rows and checksums."""
    from lessons import archive

    archive.dump(folder / "archive.zip", accounts=False)
    with ZipFile(folder / "archive.zip") as packed:
        told = json.loads(packed.read("manifest.json"))
    return {"models": told["models"], "files": told["files"]}
