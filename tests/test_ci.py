"""What CI does beside the gate: the look at known flaws fails for one, and is loud when blind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOUND = {"name": "django", "version": "5.2", "vulns": []}
FLAWED = {"name": "lxml", "version": "1.0", "vulns": [{"id": "CVE-2026-1"}, {"id": "CVE-2026-2"}]}
UNKNOWN = {"name": "typst", "version": "0.1", "skip_reason": "not found"}


def audit(tmp_path: Path, *answer: dict[str, Any]) -> tuple[int, str]:
    """Run the look with a pip-audit that tells ``answer``; without one it fails as offline."""
    stand_in = tmp_path / "pip-audit"
    told = json.dumps({"dependencies": answer}) if answer else ""
    stand_in.write_text(f"#!/bin/sh\ncat <<'END'\n{told}\nEND\necho ConnectionError >&2; exit 1\n")
    stand_in.chmod(0o755)
    done = subprocess.run(
        [sys.executable, ROOT / ".ci/audit", "requirements.txt"],
        env={**os.environ, "PIP_AUDIT": str(stand_in)}, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ([SOUND], 0, "requirements.txt: no known flaw."),
        ([SOUND, FLAWED, UNKNOWN], 1, "FLAW in requirements.txt: lxml 1.0: CVE-2026-1, CVE-2026-2"),
        ([SOUND, UNKNOWN], 0, "!!! NOT AUDITED: requirements.txt: nobody could be asked about 1 "),
        ([], 0, "!!! NOT AUDITED: requirements.txt: nobody could be asked about 1 packages (every"),
    ],
)
def test_a_known_flaw_fails_and_who_could_not_be_asked_is_said(tmp_path, answer, code, said):
    ended, told = audit(tmp_path, *answer)
    assert ended == code
    assert said in told


def test_ci_looks_for_known_flaws():
    assert ".ci/audit" in (ROOT / ".ci/run").read_text().splitlines()
