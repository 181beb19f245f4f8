"""What ``make run`` does once the packages are there, short of serving."""

import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role, User
from lessons.management.commands import demo
from lessons.models import Record, Report, Theme
from tests.factories import make_report


@pytest.mark.django_db
def test_there_is_a_sign_in_for_each_role_with_the_password_that_is_told(client: Client) -> None:
    password = demo.make_sign_ins()
    for role in Role:
        assert User.objects.get(username=role).role == role
        assert client.login(username=role.value, password=password)


@pytest.mark.django_db
def test_a_second_start_keeps_the_password_and_tells_none() -> None:
    password = demo.make_sign_ins()
    assert demo.make_sign_ins() == ""
    assert User.objects.get(username=Role.ANALYST).check_password(password)


@pytest.mark.django_db
def test_the_password_can_be_set(settings) -> None:
    demo.make_sign_ins()
    settings.DEMO_PASSWORD = "a password of ours"
    assert demo.make_sign_ins() == "a password of ours"
    assert all(user.check_password("a password of ours") for user in User.objects.all())


@pytest.fixture
def folder(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(demo, "SYNTHETIC", {"records": 40, "reports": 3, "seed": 1})
    settings.SYNTHETIC_LABEL = tmp_path / "synthetic.txt"
    return tmp_path


@pytest.mark.django_db
def test_a_synthetic_demo_is_filled_once_and_says_what_it_is(folder: Path) -> None:
    demo.fill_with_synthetic()
    demo.fill_with_synthetic()
    assert Record.objects.count() == 40
    assert Theme.objects.filter(slug="early-warning").exists()
    assert not Report.objects.exclude(title__startswith="Synthetic report ").exists()
    assert "made by a program" in (folder / "synthetic.txt").read_text()


@pytest.mark.django_db
def test_nothing_invented_comes_beside_what_people_wrote(folder: Path) -> None:
    make_report()
    with pytest.raises(CommandError, match="HINDSIGHT_DATA"):
        demo.fill_with_synthetic()
    assert not list(folder.iterdir())
    assert not Record.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/reports/", "/admin/", "/nowhere/"])
def test_every_page_of_a_synthetic_corpus_says_so(address: str, settings, signed_in, admin) -> None:
    page = signed_in(admin)
    assert "Synthetic corpus" not in page.get(address).content.decode()
    settings.SYNTHETIC = True
    assert "Synthetic corpus" in page.get(address).content.decode()


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken.*make run PORT={port + 1}"):
            demo.require_free(port)


def test_a_public_installation_gets_no_demo_sign_ins(settings) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError, match="This is the demo"):
        call_command("demo")
