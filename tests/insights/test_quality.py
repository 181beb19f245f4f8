"""Coverage and growth are what a plain look gives, and visitors learn nothing of drafts."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from lessons import coverage
from lessons.coverage import Coverage
from lessons.insights import quality
from lessons.models import Citation, Record
from tests.factories import cite, make_published, make_record, make_report, make_user

VISITOR = AnonymousUser()
PAGE = "/insights/quality/"


class TestGrowth:
    def test_months_without_any_are_there(self) -> None:
        months = {date(2025, 11, 1): 2, date(2026, 2, 1): 3}
        assert quality.grown(months) == (
            "month",
            [
                (date(2025, 11, 1), 2, 2),
                (date(2025, 12, 1), 0, 2),
                (date(2026, 1, 1), 0, 2),
                (date(2026, 2, 1), 3, 5),
            ],
        )

    def test_a_long_time_goes_by_years(self) -> None:
        months = {date(2016, 3, 1): 1, date(2016, 9, 1): 1, date(2018, 1, 1): 1}
        assert quality.grown({**months, date(2026, 12, 1): 1}).step == "year"
        rows = quality.grown({**months, date(2026, 12, 1): 1}).rows
        assert rows[:3] == [
            (date(2016, 1, 1), 2, 2),
            (date(2017, 1, 1), 0, 2),
            (date(2018, 1, 1), 1, 3),
        ]
        assert len(rows) == 11

    def test_nothing_grows_from_nothing(self) -> None:
        assert quality.grown({}) == ("month", [])

    @pytest.mark.django_db
    def test_it_is_what_a_plain_look_at_each_record_gives(self) -> None:
        chance = random.Random(3)
        records = [make_published() for _ in range(8)]
        expected: dict[date, int] = {}
        for record in records:
            when = datetime(chance.choice([2024, 2025]), chance.randint(1, 12), 15, tzinfo=UTC)
            Record.objects.filter(pk=record.pk).update(published_at=when)
            month = when.date().replace(day=1)
            expected[month] = expected.get(month, 0) + 1
        grown = quality.growth(Record.objects.published())
        assert {when: n for when, n, _total in grown.rows if n} == expected
        assert grown.rows[-1][2] == len(records)


@pytest.mark.django_db
class TestCoverage:
    def test_for_visitors_what_a_draft_cites_is_as_if_it_were_not(self, analyst: User) -> None:
        report = make_report()
        first, second, third = report.passages.order_by("ordinal")
        make_published(passage=first)
        cite(make_record(), second)
        cite(make_record(), third)
        coverage.mark_read([third], "empty", by=analyst)
        visible = Record.objects.visible_to(VISITOR)
        (public,) = quality.covered(VISITOR, coverage.coverage(by=visible), among=None)
        (whole,) = quality.covered(VISITOR, coverage.coverage(), among=None)
        assert public.coverage == Coverage(cited=1, empty=1, left=1)
        assert whole.coverage == Coverage(cited=3)

    def test_narrowed_records_narrow_the_reports_not_their_figures(self) -> None:
        report, _other = make_report(), make_report()
        one = make_published(passage=report.passages.first())
        make_published(passage=report.passages.last())
        (found,) = quality.covered(
            VISITOR, coverage.coverage(), among=Record.objects.filter(pk=one.pk)
        )
        assert (found.report, found.coverage) == (report, Coverage(cited=2, left=1))

    def test_reports_add_up_and_what_is_left_most_comes_first(self) -> None:
        make_report(())
        few, many = make_report(("One.",)), make_report()
        rows = quality.covered(VISITOR, coverage.coverage(), among=None)
        assert [one.report for one in rows[:2]] == [many, few]
        assert quality.total(rows) == Coverage(left=4)

    def test_readers_count_in_todays_text_and_lost_quotations_once_each(
        self, analyst: User
    ) -> None:
        report = make_report()
        passages = list(report.passages.all())
        for person in (analyst, make_user()):
            coverage.mark_read(passages, "read", by=person)
        cite(cite(make_record(), passages[0]), passages[1])
        Citation.objects.update(state="lost")
        (found,) = quality.with_readers(quality.covered(VISITOR, coverage.coverage(), among=None))
        assert (found.readers, found.lost) == (2, 2)


@pytest.mark.django_db
class TestThePage:
    def test_a_draft_leaves_no_trace_on_what_visitors_see(self, client: Client) -> None:
        report = make_report()
        make_published(passage=report.passages.get(ordinal=1))
        before = client.get(PAGE).content
        draft = make_record()
        for passage in report.passages.all():
            cite(draft, passage)
        after = client.get(PAGE).content
        assert csrf_free(before) == csrf_free(after)

    def test_the_desk_sees_what_records_lack(self, signed_in: Any, analyst: User) -> None:
        make_published()
        make_record()
        page = signed_in(analyst).get(PAGE)
        rows = {one.name: one.count for one, _query in page.context["weaknesses"]}
        assert rows["no_theme"] == rows["no_link"] == 2
        assert rows["one_reader"] == 1
        assert "published without a second reader" in page.content.decode()

    def test_each_number_of_a_weakness_is_that_of_its_list(
        self, signed_in: Any, analyst: User
    ) -> None:
        make_published()
        make_record(origin="inferred")
        client = signed_in(analyst)
        for one, query in client.get(f"{PAGE}?kind=lesson").context["weaknesses"]:
            assert client.get(f"/curate/records/?{query}").context["total"] == one.count, one.name

    def test_visitors_see_growth_as_picture_and_table(self, client: Client) -> None:
        make_published()
        page = client.get(PAGE).content.decode()
        assert page.count('class="bar"><title>') == 1
        assert "What records lack" not in page
        assert "Records published, by when they were" in page

    def test_an_empty_base_says_what_it_will_show(self, client: Client) -> None:
        assert "Nothing here is published yet" in client.get(PAGE).content.decode()

    def test_what_is_kept_is_forgotten_once_somebody_reads(self, client: Client) -> None:
        third = make_published().citations.get().passage.report.passages.get(ordinal=3)
        reader = make_user("analyst")

        def left() -> bytes:
            return b"".join(client.get("/insights/quality.csv"))  # type: ignore[arg-type]

        before = left()
        coverage.mark_read([third], "read", by=reader)
        marked = left()
        coverage.unmark([third], by=reader)
        assert before == left() != marked

    def test_it_takes_as_many_queries_for_many_as_for_one(
        self, client: Client, django_assert_num_queries: Any
    ) -> None:
        for _ in range(3):
            make_published()
        client.get(PAGE)
        with django_assert_num_queries(5):
            client.get(PAGE)


def csrf_free(page: bytes) -> str:
    return "".join(line for line in page.decode().splitlines() if "csrf" not in line)
