"""A report of 300 pages with all that rests on it, made in bulk, past the verbs."""

from django.db import connection, transaction

from lessons import evidence
from lessons.models import Citation, Kind, Passage, Record, Report
from tests.factories import REQUIRED, make_report

PASSAGES, RECORDS, CITATIONS = 3000, 500, 800
WORDS = (
    "The observers told their headquarters that arms were being handed out in the hills. "
    "No government acted on what its own embassy wrote. "
    "What was asked for was a mandate, and what came was a smaller force. "
)


@transaction.atomic
def large_report(**fields: object) -> Report:
    """Make it: sections of 30 passages in chapters of 300, some passages cited more than once."""
    report = make_report((), **fields)
    passages = Passage.objects.bulk_create(
        Passage(
            report=report,
            ordinal=number,
            text=f"{number}. {WORDS}",
            section_path=[f"Chapter {(number - 1) // 300 + 1}", f"Part {(number - 1) // 30 + 1}"],
            page=(number - 1) // 10 + 1,
            page_label=str((number - 1) // 10 + 1),
        )
        for number in range(1, PASSAGES + 1)
    )
    kinds = list(Kind)
    records = Record.objects.bulk_create(
        Record(
            kind=kinds[number % 4],
            title=f"What part {number} of the report says of warnings and mandates",
            statement="Listen.",
            **REQUIRED[kinds[number % 4]],
        )
        for number in range(RECORDS)
    )
    with connection.cursor() as cursor:  # or the guards plan for the empty tables of other tests
        cursor.execute("ANALYZE lessons_report, lessons_passage, lessons_record")
    Citation.objects.bulk_create(
        _citation(records[number % RECORDS], passages[number * 15 % PASSAGES], number)
        for number in range(CITATIONS)
    )
    return report


def _citation(record: Record, passage: Passage, number: int) -> Citation:
    start = number % 7 * 5
    end = start + 60
    return Citation(
        record=record, passage=passage, start=start, end=end, exact=passage.text[start:end],
        text_sha256=evidence.text_sha256(passage.text),
    )  # fmt: skip
