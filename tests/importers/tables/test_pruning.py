"""Tables that nobody needs any more are forgotten, and how their columns were named is not."""

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from lessons.importers import tables
from lessons.models import Import, ImportRow, Job
from lessons.models.imports import KEPT

from .importing import imported, lesson, looked_at


@pytest.mark.django_db
def test_old_tables_go_with_their_files(
    analyst: User, django_capture_on_commit_callbacks: object
) -> None:
    done, waiting = imported([lesson()], by=analyst), looked_at([lesson(title="B")], by=analyst)
    young, at_work = looked_at([lesson()], by=analyst), looked_at([lesson()], by=analyst)
    at_work.job = Job.objects.create(kind="check import", title="Looking", created_by=analyst)
    at_work.save()
    old = [done.pk, waiting.pk, at_work.pk]
    Import.objects.filter(pk__in=old).update(created_at=timezone.now() - 2 * KEPT)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert tables.prune() == 2
    assert set(Import.objects.values_list("pk", flat=True)) == {done.pk, young.pk, at_work.pk}
    assert not ImportRow.objects.filter(of=waiting.pk)
    kept = [default_storage.exists(one.file.name) for one in (done, waiting, young, at_work)]
    assert kept == [False, False, True, True]
    assert tables.remembered(done.layout)
    assert tables.prune() == 0
