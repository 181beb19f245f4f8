"""Use is counted without who it was: what counts, what does not, and what becomes of the counts."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error
from django.test import Client
from django.utils import timezone

from accounts.models import User
from lessons import merging, use
from lessons.insights import use as figures
from lessons.models import Record, RecordUse, Use
from lessons.use import Tally, tally
from tests.factories import make_many, make_published, make_record

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ROBOTS = [
    "", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.1",
    "python-requests/2.32", "facebookexternalhit/1.1 preview", "HeadlessChrome/140", "Bytespider",
]  # fmt: skip


@pytest.fixture(autouse=True)
def counting(settings: Any) -> Iterator[None]:
    settings.COUNT_USE = True
    tally._counts.clear()
    yield
    tally._counts.clear()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"User-Agent": BROWSER})


def counts() -> dict[tuple[int, str], int]:
    tally.write()
    return {(one.record_id, one.what): one.count for one in RecordUse.objects.all()}


def used(record: Record, day: date, count: int = 1, what: str = Use.VIEW) -> None:
    RecordUse.objects.create(record=record, day=day, what=what, count=count)


@pytest.mark.django_db
class TestWhatCounts:
    def test_looking_at_a_record_and_taking_it_along(self, visitor: Client) -> None:
        record = make_published()
        for path in ("/", "/", ".csv"):
            visitor.get(f"/records/{record.code}{path}")
        assert counts() == {(record.pk, "view"): 2, (record.pk, "export"): 1}
        assert RecordUse.objects.filter(day=timezone.localdate()).count() == 2

    def test_a_list_taken_along_counts_for_each_record_if_it_is_not_long(
        self, visitor: Client
    ) -> None:
        record = make_published()
        b"".join(visitor.get("/lessons.csv"))
        assert counts() == {(record.pk, "export"): 1}
        make_many(200)
        b"".join(visitor.get("/lessons.csv"))
        assert counts() == {(record.pk, "export"): 1}

    def test_robots_the_desk_and_what_only_asks_whether_it_is_there_do_not_count(
        self, visitor: Client, reader: User, analyst: User
    ) -> None:
        path = make_published().get_absolute_url()
        for agent in ROBOTS:
            Client(headers={"User-Agent": agent}).get(path)
        visitor.head(path)
        visitor.get(path, headers={"Sec-Purpose": "prefetch"})
        visitor.force_login(analyst)
        visitor.get(path)
        assert counts() == {}
        visitor.force_login(reader)
        visitor.get(path)
        assert list(counts().values()) == [1]

    def test_what_is_not_public_and_what_is_gone_does_not_count(self, visitor: Client) -> None:
        draft, gone = make_record(), make_published()
        Record.objects.filter(pk=gone.pk).update(status="withdrawn")
        assert visitor.get(draft.get_absolute_url()).status_code == 404
        assert visitor.get(gone.get_absolute_url()).status_code == 410
        assert counts() == {}

    def test_switched_off_nothing_counts(self, visitor: Client, settings: Any) -> None:
        settings.COUNT_USE = False
        visitor.get(make_published().get_absolute_url())
        assert counts() == {}

    def test_a_reference_is_not_a_file_like_others(self) -> None:
        assert use.of_file("bib") == use.of_file("ris") == Use.CITATION
        assert use.of_file("csv") == Use.EXPORT

    def test_a_count_holds_nothing_but_record_day_use_and_number(self) -> None:
        names = {field.name for field in RecordUse._meta.get_fields()}
        assert names == {"id", "record", "day", "what", "count"}


class TestTheTally:
    def test_it_loses_nothing_when_many_count_at_once(self) -> None:
        kept = Tally()
        kept._watched = True

        def add() -> None:
            for _ in range(500):
                kept.add([1, 2], Use.VIEW)

        threads = [threading.Thread(target=add) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(kept._counts.values()) == [2000, 2000]

    def test_it_is_due_when_it_holds_much_or_is_old(self, monkeypatch: Any) -> None:
        kept = Tally()
        kept._watched = True
        assert not kept.is_due
        kept.add([1], Use.VIEW)
        assert not kept.is_due
        monkeypatch.setattr(kept, "_since", kept._since - use.EVERY)
        assert kept.is_due
        monkeypatch.setattr(kept, "_since", kept._since + use.EVERY)
        kept.add(range(use.MOST), Use.VIEW)
        assert kept.is_due

    def test_what_cannot_be_written_is_kept_but_not_for_ever(self, monkeypatch: Any) -> None:
        def fail(counts: Counter[Any]) -> None:
            raise Error

        monkeypatch.setattr(use, "_write", fail)
        kept = Tally()
        kept._watched = True
        kept.add([1], Use.VIEW)
        kept.write()
        assert len(kept._counts) == 1
        kept.add(range(use.MOST), Use.VIEW)
        kept.write()
        assert not kept._counts

    @pytest.mark.django_db
    def test_what_is_due_is_written_once_the_answer_is_sent(
        self, visitor: Client, monkeypatch: Any
    ) -> None:
        record = make_published()
        visitor.get(record.get_absolute_url())
        assert not RecordUse.objects.exists()
        monkeypatch.setattr(use, "EVERY", 0)
        visitor.get(record.get_absolute_url())
        assert RecordUse.objects.get().count == 2

    @pytest.mark.django_db
    def test_counts_add_up_and_those_of_a_record_that_is_gone_are_dropped(
        self, django_assert_num_queries: Any
    ) -> None:
        record, draft = make_published(), make_record()
        use.count([record.pk, draft.pk], Use.VIEW)
        tally.write()
        gone = draft.pk
        draft.delete()
        use.count([record.pk, record.pk, gone], Use.VIEW)
        assert counts() == {(record.pk, "view"): 3}
        with django_assert_num_queries(0):
            tally.write()


@pytest.mark.django_db
class TestOldCounts:
    def test_they_are_kept_by_the_month(self) -> None:
        one, other = make_published(), make_published()
        today = timezone.localdate()
        old = today.replace(year=today.year - 2, month=3, day=1)
        recent = today.replace(year=today.year - 1, day=1)
        for record, day, number in [
            (one, old, 1), (one, old.replace(day=2), 2), (one, old.replace(day=31), 4),
            (other, old.replace(day=9), 8), (one, old.replace(month=4, day=5), 16),
            (one, recent, 32), (one, recent + timedelta(days=1), 64),
        ]:  # fmt: skip
            used(record, day, number)
        call_command("fold_use", verbosity=0)
        expected = {
            (one.pk, old, 7), (other.pk, old, 8), (one.pk, old.replace(month=4), 16),
            (one.pk, recent, 32), (one.pk, recent + timedelta(days=1), 64),
        }  # fmt: skip
        kept = RecordUse.objects.values_list("record", "day", "count")
        assert set(kept) == expected
        assert use.fold_old() == 0
        assert set(kept.all()) == expected


@pytest.mark.django_db
class TestTheDesk:
    def test_what_was_merged_counts_for_its_survivor(self) -> None:
        survivor, absorbed = make_published(), make_published()
        used(survivor, timezone.localdate(), 2)
        used(absorbed, timezone.localdate(), 3)
        merging.merge(survivor, absorbed, by=None)
        records = Record.objects.filter(merged_into=None)
        counted = figures.uses(date.min)
        (one,) = figures.most_used(counted, 9)
        assert (one.record, one.cells) == (survivor, [5, 0, 0])
        assert not figures.never_used(records, counted, 1)
        assert figures.of_record(survivor)["view"] == 5

    def test_the_page_shows_what_is_used_most_and_what_never(
        self, signed_in: Any, analyst: User
    ) -> None:
        most, some, never, long_ago = (make_published() for _ in range(4))
        today = timezone.localdate()
        used(some, today, 2)
        used(most, today, 2)
        used(most, today, 1, Use.EXPORT)
        used(long_ago, today.replace(year=today.year - 3, day=1), 9)
        client = signed_in(analyst)
        month = client.get("/insights/use/month/").context
        assert [one.record for one in month["rows"]] == [most, some]
        assert list(month["never"]) == [never, long_ago]
        assert [n for _name, n, _total in month["growth"]][:2] == [5, 0]
        ever = client.get("/insights/use/ever/").context
        assert ever["rows"][0].record == long_ago
        assert list(ever["never"]) == [never]
        assert client.get("/insights/use/week/").status_code == 404
        assert client.get("/insights/use/?page=2").status_code == 400

    def test_the_page_writes_what_this_process_still_holds(
        self, signed_in: Any, analyst: User
    ) -> None:
        record = make_published()
        use.count([record.pk], Use.VIEW)
        rows = signed_in(analyst).get("/insights/use/").context["rows"]
        assert [one.record for one in rows] == [record]

    def test_a_records_page_tells_the_desk_alone(
        self, client: Client, signed_in: Any, analyst: User
    ) -> None:
        record = make_published()
        used(record, timezone.localdate(), 7)
        path = record.get_absolute_url()
        assert "Looked at" not in client.get(path).content.decode()
        assert "Looked at 7 times" in signed_in(analyst).get(path).content.decode()

    def test_it_takes_few_queries_however_much_was_used(
        self, signed_in: Any, analyst: User, django_assert_num_queries: Any
    ) -> None:
        client = signed_in(analyst)
        for _ in range(3):
            used(make_published(), timezone.localdate())
        client.get("/insights/use/")
        # session, user, outbox; which, their records, those never used, along time; the themes'
        # order
        with django_assert_num_queries(8):
            client.get("/insights/use/")
