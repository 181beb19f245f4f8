"""The pages of importing a table."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from lessons import history
from lessons.importers import tables
from lessons.models import Import, ImportState, Job, Outcome, Record
from tests.factories import make_record
from tests.importers.tables.conftest import read_here  # noqa: F401  (used by all)
from tests.importers.tables.importing import csv_of, imported, lesson, looked_at

from .test_queries import queries_of

pytestmark = pytest.mark.django_db


def upload(client: Client, rows: list[dict[str, Any]]) -> Import:
    file = SimpleUploadedFile("mine.csv", csv_of(rows))
    response = client.post("/curate/import/", {"table": file})
    assert response.status_code == 302
    return Import.objects.latest("pk")


def named(client: Client, one: Import, **changes: Any) -> Any:
    """Send the form of the columns as it is filled in, but for ``changes``."""
    page = client.get(reverse("import_columns", args=[one.pk]))
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return client.post(reverse("import_columns", args=[one.pk]), {**data, **changes}, follow=True)


def test_a_table_is_uploaded_named_looked_at_and_imported(signed_in, analyst: User) -> None:
    client = signed_in(analyst)
    one = upload(client, [lesson(), lesson(title="", statement="Else.")])
    page = named(client, one)
    assert "A new lesson needs “title”." in page.content.decode()
    refused = client.post(reverse("import_apply", args=[one.pk]), follow=True)
    assert "There are rows with problems" in refused.content.decode()
    done = client.post(
        reverse("import_apply", args=[one.pk]), {"leave_out_problems": "on"}, follow=True
    )
    record = Record.objects.get()
    assert record.code in done.content.decode()
    assert "1 row was left out" in done.content.decode()
    assert 'name="next" value="/curate/import/"' in done.content.decode()
    assert "Row 3" in done.content.decode()


def test_a_pasted_table_is_one_too(signed_in, analyst: User) -> None:
    client = signed_in(analyst)
    client.post("/curate/import/", {"pasted": "Title\tStatement\nA\tB\nC\tD\n"})
    assert Import.objects.get().columns == ["Title", "Statement"]


def test_what_is_no_table_is_refused_in_words(signed_in, analyst: User) -> None:
    client = signed_in(analyst)
    page = client.post("/curate/import/", {"table": SimpleUploadedFile("a.xlsx", b"PK\3\4nothing")})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert not Import.objects.exists()
    assert client.post("/curate/import/", {}).context["form"].non_field_errors()


def test_a_column_of_which_nothing_is_said_is_asked_for(signed_in, analyst: User) -> None:
    client = signed_in(analyst)
    one = upload(client, [lesson(titel="x")])
    page = named(client, one)
    assert "Unknown column “titel”" in page.content.decode()
    page = named(client, one, **{"column-4": "-"})
    assert page.context["counts"]


def test_all_columns_of_which_nothing_is_said_are_left_out_at_once(signed_in, analyst) -> None:
    client = signed_in(analyst)
    one = upload(client, [lesson(titel="x", codings="y")])
    page = client.get(reverse("import_columns", args=[one.pk]))
    assert 'name="leave_out_rest"' in page.content.decode()
    page = named(client, one, leave_out_rest="on")
    assert page.context["counts"]
    one.refresh_from_db()
    assert (one.mapping["titel"], one.mapping["codings"]) == ("", "")
    page = client.get(reverse("import_columns", args=[one.pk]))
    assert 'name="leave_out_rest"' not in page.content.decode()
    one.refresh_from_db()
    assert (one.state, one.mapping["titel"]) == (ImportState.CHECKED, "")


def test_another_row_names_the_columns(signed_in, analyst: User) -> None:
    client = signed_in(analyst)
    one = upload(client, [lesson(), lesson(title="Title", statement="Statement")])
    address = reverse("import_sheet", args=[one.pk])
    client.post(address, {"sheet": one.sheet, "header_row": "3"})
    one.refresh_from_db()
    assert one.columns[:2] == ["Title", "Statement"]
    page = client.post(address, {"sheet": one.sheet, "header_row": "99"}, follow=True)
    assert "cannot name the columns" in page.content.decode()


def test_the_difference_of_each_row_is_shown(signed_in, analyst: User) -> None:
    record = make_record(title="Listen to the field")
    one = looked_at([{"code": record.code, "title": "Listen to the capital"}], by=analyst)
    page = signed_in(analyst).get(one.get_absolute_url()).content.decode()
    assert record.code in page
    assert "<del>" in page
    assert "capital" in page


def test_the_problems_are_a_file(signed_in, analyst: User) -> None:
    one = looked_at([lesson(phase="=war")], by=analyst)
    response = signed_in(analyst).get(reverse("import_problems", args=[one.pk]))
    row = response.content.decode("utf-8-sig").splitlines()[1]
    assert row.startswith('2,phase,"“=war” is none of')


def test_rows_are_narrowed_by_outcome_and_paged(signed_in, analyst: User) -> None:
    rows = [lesson(title=f"Lesson {number}") for number in range(60)]
    one = looked_at([*rows, lesson(title="")], by=analyst)
    client, address = signed_in(analyst), one.get_absolute_url()
    assert client.get(address).context["chosen"] == Outcome.PROBLEM
    assert len(client.get(f"{address}?outcome=create&page=2").context["lines"]) == 10
    for query in ("outcome=odd", "page=0", "outcome=create&page=9"):
        assert client.get(f"{address}?{query}").status_code == 400


def test_what_was_changed_since_is_shown_again(signed_in, analyst: User) -> None:
    record = make_record(title="Old")
    one = looked_at([{"code": record.code, "title": "New"}], by=analyst)
    Record.objects.filter(pk=record.pk).update(version=5, statement="By hand.")
    page = signed_in(analyst).post(reverse("import_apply", args=[one.pk]), follow=True)
    assert "Nothing was imported. Look at the rows again." in page.content.decode()
    assert one.rows.get().version == 5


def test_an_import_is_its_owners(signed_in, analyst: User, reviewer: User) -> None:
    one = looked_at([lesson()], by=analyst)
    client = signed_in(reviewer)
    assert client.get(one.get_absolute_url()).status_code == 404
    assert client.post(reverse("import_apply", args=[one.pk])).status_code == 404


def test_a_table_is_forgotten(signed_in, analyst: User) -> None:
    one = looked_at([lesson()], by=analyst)
    client = signed_in(analyst)
    client.post(reverse("import_discard", args=[one.pk]))
    assert not Import.objects.exists()
    kept = imported([lesson()], by=analyst)
    client.post(reverse("import_discard", args=[kept.pk]))
    assert Import.objects.exists()


def test_a_large_table_is_left_to_a_worker(
    signed_in, analyst: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    monkeypatch.setattr(tables, "BACKGROUND", 0)
    client = signed_in(analyst)
    one = upload(client, [lesson()])
    with django_capture_on_commit_callbacks(execute=True):
        named(client, one)
    job = Job.objects.get()
    assert (job.kind, job.state) == ("check import", "done"), job.error
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_apply", args=[one.pk]))
    assert Job.objects.latest("pk").state == "done"
    assert Record.objects.count() == 1


@pytest.mark.parametrize("number", [1, 20])
def test_the_preview_asks_as_many_queries_however_many_rows(
    number: int, client: Client, analyst: User
) -> None:
    rows = [{"code": make_record().code, "title": f"New {row}"} for row in range(number)]
    one = looked_at(rows, by=analyst)
    client.force_login(analyst)
    assert queries_of(client, one.get_absolute_url()) == PREVIEW


# session, user; the import; its rows; their records
PREVIEW = 5


def test_bare_numbers_are_asked_whose_they_are(signed_in, analyst: User) -> None:
    client = signed_in(analyst)
    one = upload(client, [lesson(id="29")])
    assert "These are bare numbers: say whose." in named(client, one).content.decode()
    assert named(client, one, scheme="mika").context["counts"]


def test_a_large_act_is_counted_and_undone_by_a_worker(
    client: Client, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 0)
    one = imported([lesson(), lesson(title="Second")], by=reviewer)
    client.force_login(reviewer)
    address = reverse("undo", args=[one.act])
    assert "<strong>2</strong>" in client.get(address).text
    answer = client.post(address)
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert job.parameters == {"act": one.act}
    if job.active:
        assert history.undo_job(job, lambda *_told: None)
    assert not Record.objects.exists()
