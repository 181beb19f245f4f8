"""``python -m bench.chaos [--kills 50] [--seed 1] [--keep FOLDER]``; ends with 1 on any breach."""

# ruff: noqa: PLC0415  (what needs Django is imported once it is set up)

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.chaos.killing import kill
from bench.chaos.site import Site
from bench.servers import ROOT, free_port

RECORDS, REPORTS = 1_000, 8
QUOTED = 60  # characters of a passage


def main() -> int:
    """Start everything, kill, look, and say what was found."""
    asked = _arguments()
    folder = Path(asked.keep or tempfile.mkdtemp(prefix="hindsight-chaos-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)  # started by root, PostgreSQL runs as somebody who must get in
    port = free_port()
    _prepare(folder, port)
    try:
        return _run(asked, folder, port)
    finally:
        from django.core.management import call_command

        call_command("db", "stop", "--force")
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill everything while people work, then look.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="Work in this folder and leave it behind.")
    parser.add_argument("--without-overload", action="store_true")
    return parser.parse_args()


def _prepare(folder: Path, port: int) -> None:
    """Set up Django, and a database with a synthetic corpus."""
    os.environ |= {
        "HINDSIGHT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORT": str(port), "HINDSIGHT_API_READS": "0", "HINDSIGHT_API_WRITES": "0",
    }  # fmt: skip
    os.environ.pop("HINDSIGHT_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    from bench.chaos import checking  # noqa: F401  (fails now rather than after the kills)
    from lessons.importers import corpus, seeds
    from lessons.importers.synthetic import SEEDS

    call_command("migrate", verbosity=0)
    seeds.load_themes(SEEDS / "themes.toml")
    corpus.load(RECORDS, REPORTS, seed=1)


def _run(asked: argparse.Namespace, folder: Path, port: int) -> int:
    from django.db import connections

    from bench.chaos import checking, overload

    notes, began = folder / "notes.jsonl", time.monotonic()
    setup = folder / "setup.json"
    setup.write_text(json.dumps({"port": port, "seed": asked.seed, **_sign_ins()}), "utf-8")
    connections.close_all()
    site = Site(port, folder)
    try:
        site.wait()
        with _working(setup, notes):
            killed = kill(site, asked.kills, asked.seed)
            site.wait()
        found = checking.check(notes)
        for kind in killed.missing:
            found.breaches.append(f"no {kind} came back")
        _say(f"{asked.kills} kills in {time.monotonic() - began:.0f} s, seed {asked.seed}:")
        _say(f"{killed}; gunicorn was started {site.starts} times")
        if not asked.without_overload:
            for line in overload.overload(site, found):
                _say(line)
        for line in checking.lines_of(found):
            _say(line)
        return 1 if found.breaches else 0
    finally:
        connections.close_all()
        site.stop()


@contextmanager
def _working(setup: Path, notes: Path) -> Iterator[None]:
    """Let the second process work while the block runs, and finish what it has begun."""
    command = [sys.executable, "-m", "bench.chaos.load", str(setup), str(notes)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as load:
        yield
        if load.poll() is not None:
            raise RuntimeError("the load ended by itself")


def _sign_ins() -> dict[str, object]:
    """Make an analyst, a reviewer, a session, and passages to quote; return what opens them."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts import tokens
    from accounts.models import User
    from lessons.models import Passage

    told: dict[str, object] = {}
    for role in ("analyst", "reviewer"):
        user = User.objects.create_user(role, f"{role}@example.org", role=role)
        told[role] = tokens.make(user, "chaos", "write", None)[1]
        if role == "analyst":
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            told["session"] = session.session_key
    rows = Passage.objects.values_list("report__slug", "ordinal", "text").order_by("pk")[:50]
    told["passages"] = [[slug, ordinal, text[:QUOTED].strip()] for slug, ordinal, text in rows]
    return told


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
