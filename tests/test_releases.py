"""A database of each earlier release is upgraded with everything in it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
RELEASES = sorted((HERE / "releases").glob("*.tar.xz"))
# Models whose rows a migration writes anew or gives other columns, and which migration that is:
# of these the number of rows is compared, of all others their content.
CHANGED: dict[str, str] = {
    "lessons.Record": "0019_access",
    "lessons.Report": "0019_access",
    "lessons.ReportEvent": "0019_access",
}
# Models in which a migration adds or drops rows, and which migration that is.
RECOUNTED: dict[str, str] = {}


@pytest.mark.parametrize("backup", RELEASES, ids=lambda path: path.name)
def test_a_database_of_an_earlier_release_is_upgraded_whole(backup: Path) -> None:
    before = told(backup)
    after = upgraded(backup)
    assert after["files"] == before["files"]
    for model, was in before["models"].items():
        if model not in RECOUNTED:
            now = after["models"][model]
            assert now["rows"] == was["rows"], model
            assert now["sha256"] == was["sha256"] or model in CHANGED, model


def told(backup: Path) -> dict[str, Any]:
    manifest = backup.with_name(backup.name.replace(".tar.xz", ".json"))
    return json.loads(manifest.read_text("utf-8"))


def upgraded(backup: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.releases.upgrade", str(backup)]
    answer = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 0, answer.stderr[-3000:]
    return json.loads(answer.stdout)


def test_a_release_that_is_kept_is_small_and_holds_something_of_everything() -> None:
    assert RELEASES
    for backup in RELEASES:
        assert backup.stat().st_size < 500_000
        models = told(backup)["models"]
        for name in ("Record", "Citation", "Link", "RecordEvent", "ReadingList", "Import"):
            assert models[f"lessons.{name}"]["rows"], name
