"""``manage.py demo``: everything ``make run`` does once the packages are there."""

import os
import secrets
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Role, User
from lessons.importers import corpus, seeds
from lessons.importers.synthetic import SEEDS
from lessons.models import Report

WORKERS = 2
HOST = "127.0.0.1"
PORT = int(os.environ.get("PORT", "8000"))
SYNTHETIC = {"records": 3_000, "reports": 24, "seed": 1}
LABEL = "Everything here was made by a program; every page says so while this file is here.\n"


class Command(BaseCommand):
    help = "Migrate, load the seeds once, make the demo sign-ins and serve on 127.0.0.1:$PORT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--corpus",
            choices=["synthetic"],
            help="Instead of the seeds: some thousand records made by a program, labelled so.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS:
            raise CommandError(
                "This is the demo, with sign-ins anyone may know; HINDSIGHT_URL says that this "
                "installation is public. docs/deploy.md says how to serve it."
            )
        require_free(PORT)
        call_command("migrate", verbosity=0)
        if options["corpus"]:
            fill_with_synthetic()
        elif not Report.objects.exists():
            call_command("load_seeds", stdout=self.stdout)
        self._announce(make_sign_ins())
        self._serve()

    def _announce(self, password: str) -> None:
        names = ", ".join(Role.values)
        told = f"password {password}" if password else "with the password printed at first start"
        self.stdout.write(f"\nHindsight is at {settings.PUBLIC_URL}/")
        self.stdout.write(f"Sign in as {names}, {told}.")
        self.stdout.write("Ctrl-C stops it; nothing is lost.\n")
        self.stdout.flush()

    def _serve(self) -> None:
        # The server takes this process's place, so that what stops the one stops the other.
        os.execv(
            sys.executable,
            [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi",
             "--bind", f"{HOST}:{PORT}", "--workers", str(WORKERS), "--log-level", "warning",
             "--no-control-socket"],
        )  # fmt: skip


def require_free(port: int) -> None:
    """Raise CommandError if something else listens on ``port`` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken ({error.strerror}). Stop what uses it, or choose another: "
                f"make run PORT={port + 1}"
            ) from error


@transaction.atomic
def fill_with_synthetic() -> None:
    """Fill an empty database with a synthetic corpus, once; raise CommandError if others are there.

    From then on every page says so: a file in the data folder tells it to each process.
    """
    if Report.objects.exclude(slug__startswith="synthetic-").exists():
        raise CommandError(
            f"{settings.DATA_DIR} holds reports that people wrote, and nothing invented comes "
            "beside them. Choose an empty folder: HINDSIGHT_DATA=.data/synthetic"
        )
    settings.SYNTHETIC_LABEL.write_text(LABEL, "utf-8")
    if not Report.objects.exists():
        seeds.load_themes(SEEDS / "themes.toml")
        corpus.load(**SYNTHETIC)


@transaction.atomic
def make_sign_ins() -> str:
    """Make one user for each role; return the password if it is new, else an empty text."""
    missing = [role for role in Role if not User.objects.filter(username=role).exists()]
    password = settings.DEMO_PASSWORD or (secrets.token_urlsafe(9) if missing else "")
    for role in missing:
        User.objects.create_user(role, f"{role}@example.org", password, role=role)
    if settings.DEMO_PASSWORD:
        for user in User.objects.filter(username__in=Role.values):
            if not user.check_password(password):
                user.set_password(password)
                user.save(update_fields=["password"])
    return password
