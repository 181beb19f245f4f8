"""Processes that edit the same records at the same time: no accepted edit is lost.

HINDSIGHT_STRESS says for how many seconds (default 3; 60 for a release).
"""

import os
import sys
from collections import Counter

from lessons.conflicts import values_at
from lessons.models import Record
from tests.factories import make_many

SECONDS = float(os.environ.get("HINDSIGHT_STRESS", "3"))
EDITORS = 8
RECORDS = 50


def test_eight_who_edit_the_same_fifty_records_lose_no_update(start_worker, capsys):
    records = [record.pk for record in make_many(RECORDS)]
    editors = [start_worker() for _number in range(EDITORS)]
    for editor in editors:
        editor.wait_until_ready()
    for number, editor in enumerate(editors):
        editor.begin("edit_for", seconds=SECONDS, records=records, name=f"e{number}")
    answers = [editor.end() for editor in editors]
    accepted = [tuple(edit) for answer in answers for edit in answer["accepted"]]
    met = sum(answer["met"] for answer in answers)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(accepted)} edits, {met} conflicts in {SECONDS:.0f} s\n")

    per_record = Counter(pk for pk, _word in accepted)
    model = Record.pgh_event_model
    for record in Record.objects.filter(pk__in=records):
        assert record.version == 1 + per_record[record.pk]
        assert Counter(record.statement.split()[1:]) == Counter(
            word for pk, word in accepted if pk == record.pk
        )
        versions = model.objects.filter(pgh_obj=record).order_by("pgh_id")
        assert list(versions.values_list("version", flat=True)) == list(
            range(1, record.version + 1)
        )
        assert values_at(record, record.version)["statement"] == record.statement
    assert len(accepted) > SECONDS  # or it shows nothing
    assert met
