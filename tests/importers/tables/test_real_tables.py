"""Tables that nobody made for us: datasets of lessons, and vocabularies, which are none."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from lessons.models import Citation, Import, Record, Report, Status

from .importing import findings, imported, looked_at

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def content(path: str) -> bytes:
    if not (DATA / path).exists():
        pytest.skip(f"there is no {path} on this machine")
    return (DATA / path).read_bytes()


NASA = {
    "LessonId": "reference", "Lesson": "statement", "Abstract": "discussion",
    "Organization": "tags", "MissionDirectorate": "tags", "LessonDate": "source_date",
    "SafetyIssue": "", "DocNum": "", "Topic": "", "url": "source_url",
}  # fmt: skip


def test_nasas_lessons_arrive_as_drafts_with_source_and_tags(analyst: User) -> None:
    file = content("nasa-llis/lessons.csv")
    settings = {
        "mapping": NASA, "kind": "lesson", "origin": "stated", "scheme": "nasa-llis",
        "title_from_statement": True, "source_publisher": "NASA",
    }  # fmt: skip
    done = imported(file, by=analyst, **settings)
    assert done.counts == {"create": 429}
    assert Record.objects.filter(status=Status.DRAFT).count() == 429
    assert not Record.objects.filter(title="").exists()
    assert Record.objects.filter(tags__name="Ground support systems").exists()
    assert Citation.objects.filter(state="verified").values("record").distinct().count() == 429
    assert Report.objects.filter(type="dataset", publisher="NASA").count() == 429
    again = looked_at(file, by=analyst)
    assert again.counts == {"same": 429}


def test_mikas_lessons_arrive(analyst: User) -> None:
    mapping = {"Lesson ID": "reference", "Driving Event": "discussion",
               "Lesson(s) Learned": "statement", "Recommendation(s)": "applies_when"}  # fmt: skip
    settings = {"kind": "lesson", "origin": "stated", "title_from_statement": True}
    file = content("mika/lessons.jsonl")
    one = looked_at(file, name="lessons.jsonl", by=analyst, mapping=mapping, **settings)
    assert one.counts == {"create": 58}, findings(one)[:5]


@pytest.mark.parametrize("year", [2004, 2010, 2016])
def test_safenets_reports_arrive_as_failures(year: int, analyst: User) -> None:
    file = content(f"safenet/SAFENET_{year}.csv")
    settings = {"kind": "failure", "failure_type": "structural", "title_from_statement": True,
                "date_order": "mdy", "scheme": "safenet"}  # fmt: skip
    with pytest.raises(ValidationError, match="Unknown column “Event State”"):
        looked_at(file, by=analyst, **settings)
    (one,) = Import.objects.all()
    mapping = dict.fromkeys(one.columns, "") | {
        "SAFENET ID": "reference", "Narrative": "statement", "Incident Name": "title",
        "Event Start Date": "year_from", "Contributing Factors": "tags",
        "Immediate Action Taken": "discussion",
    }  # fmt: skip
    one = looked_at(file, by=analyst, mapping=mapping, **settings)
    assert set(one.counts) <= {"create", "problem"}
    assert one.counts["create"] > 0.9 * sum(one.counts.values()), findings(one)[:5]


def test_a_vocabulary_is_no_table_of_records(analyst: User) -> None:
    file = content("vocabularies/oecd-dac-criteria.csv")
    with pytest.raises(ValidationError, match="Unknown column “scheme”"):
        looked_at(file, by=analyst)
