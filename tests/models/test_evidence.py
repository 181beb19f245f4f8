"""Citations and passages: what the database holds to, past every form."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from lessons.evidence import text_sha256
from lessons.models import Citation, Passage, Record, Report
from tests.factories import cite, make_published, make_record, make_report
from tests.models import commit_checks, execute, refused_by

pytestmark = pytest.mark.django_db


def cited(record: Record, **fields: object) -> Citation:
    """Return a new, unsaved citation of the first words of a passage."""
    passage = make_report(("Words that stand here.",)).passages.get()
    defaults = {"exact": "Words", "start": 0, "end": 5, "text_sha256": text_sha256(passage.text)}
    return Citation(record=record, passage=passage, **{**defaults, **fields})


def change(citation: Citation, **fields: object) -> None:
    Citation.objects.filter(pk=citation.pk).update(**fields)


def delete_one_by_one(record: Record) -> None:
    record.citations.get().delete()


def delete_in_bulk(record: Record) -> None:
    record.citations.all().delete()


def delete_by_sql(record: Record) -> None:
    execute("DELETE FROM lessons_citation WHERE record_id = %s", record.pk)


def lose(record: Record) -> None:
    record.citations.update(state="lost")


def give_away(record: Record) -> None:
    record.citations.update(record=make_record())


@pytest.mark.parametrize(
    "take", [delete_one_by_one, delete_in_bulk, delete_by_sql, lose, give_away]
)
def test_the_last_citation_of_a_published_record_stays(take):
    record = make_published()
    with refused_by("published_record_has_evidence"):
        take(record)


@pytest.mark.parametrize("take", [delete_in_bulk, lose])
def test_a_citation_whose_only_company_is_lost_is_the_last(take):
    record = make_published()
    first = record.citations.get()
    cite(record)
    change(first, state="lost")
    with refused_by("published_record_has_evidence"):
        take(record)


def test_one_of_two_citations_may_go():
    record = cite(make_published())
    record.citations.first().delete()
    commit_checks()
    assert record.citations.count() == 1


def test_a_moved_citation_still_holds():
    record = make_published()
    record.citations.update(state="moved")
    commit_checks()
    assert record.citations.holding().exists()


def test_the_last_citation_of_a_draft_may_go():
    record = cite(make_record())
    record.citations.all().delete()
    commit_checks()
    assert not Citation.objects.exists()


def test_citations_may_be_swapped_within_one_transaction():
    record = make_published()
    old = record.citations.get()
    with transaction.atomic():
        old.delete()
        cite(record)
        commit_checks()
    assert record.citations.get() != old


@pytest.mark.django_db(transaction=True)
def test_without_another_the_transaction_is_refused_at_its_commit():
    record = make_published()
    with pytest.raises(IntegrityError, match="without a citation that holds"), transaction.atomic():
        record.citations.all().delete()
    assert record.citations.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_transactions_cannot_each_take_away_what_the_other_relies_on():
    record = cite(make_published())
    first, second = record.citations.values_list("pk", flat=True)
    refused = threading.Event()
    started = threading.Event()

    def take_the_second() -> None:
        try:
            with transaction.atomic():
                Citation.objects.filter(pk=second).delete()
                started.set()
        except IntegrityError:
            refused.set()
        finally:
            connection.close()

    other = threading.Thread(target=take_the_second)
    with transaction.atomic():
        Citation.objects.filter(pk=first).delete()
        commit_checks()  # passed: the second citation still stands for this transaction
        other.start()
        started.wait(5)
        other.join(0.5)  # now it has either committed or waits for our lock
    other.join(5)
    assert refused.is_set()
    assert record.citations.get().pk == second


@pytest.mark.django_db(transaction=True)
def test_a_record_is_not_published_while_its_last_citation_is_taken_away():
    record = cite(make_record())
    refused = threading.Event()
    started = threading.Event()

    def publish() -> None:
        try:
            with transaction.atomic():
                execute(
                    "UPDATE lessons_record SET status = 'published', published_at = now()"
                    " WHERE id = %s",
                    record.pk,
                )
                started.set()
        except IntegrityError:
            refused.set()
        finally:
            connection.close()

    other = threading.Thread(target=publish)
    with transaction.atomic():
        record.citations.all().delete()
        commit_checks()
        other.start()
        started.wait(0.5)
        other.join(0.5)
    other.join(5)
    assert refused.is_set()
    record.refresh_from_db()
    assert record.status == "draft"


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 1},
        {"end": 6},
        {"end": 4},
        {"exact": "words"},
        {"exact": "Words "},
        {"start": 6, "end": 11},
        {"start": 100, "end": 105},
        {"exact": "Words that stand here.", "end": 23},
    ],
    ids=str,
)
def test_a_quotation_stands_exactly_between_start_and_end(wrong):
    record = make_record()
    with refused_by("citation_stands_in_its_passage"):
        Citation.objects.bulk_create([cited(record, **wrong)])
    right = cited(record)
    right.save()
    with refused_by("citation_stands_in_its_passage"):
        change(right, **wrong)


def test_a_citation_cannot_begin_before_its_passage():
    with refused_by("lessons_citation_start_check"):
        cited(make_record(), start=-1).save()


def test_a_citation_is_not_empty():
    with refused_by("citation_is_not_empty"):
        cited(make_record(), exact="", end=0).save()


def test_a_citation_knows_the_text_it_was_made_of():
    citation = cited(make_record(), text_sha256=text_sha256("another text"))
    with refused_by("citation_knows_its_text"):
        citation.save()


def test_a_citation_does_not_move_to_a_passage_that_lacks_its_words():
    citation = cited(make_record())
    citation.save()
    with refused_by("citation_stands_in_its_passage"):
        change(citation, passage=make_report(("Other words.",)).passages.get())


def test_a_record_cites_the_same_words_once():
    citation = cited(make_record())
    citation.save()
    citation.pk = None
    with refused_by("citation_once_per_record"):
        Citation.objects.bulk_create([citation])


def test_two_records_may_cite_the_same_words():
    citation = cited(make_record())
    citation.save()
    citation.pk, citation.record = None, make_record()
    citation.save()
    assert citation.passage.citations.count() == 2


@pytest.fixture
def cited_passage() -> Passage:
    return cite(make_record()).citations.get().passage


@pytest.mark.parametrize("field", ["text", "ordinal", "text_version", "report_id"])
def test_a_cited_passage_is_immutable(cited_passage, field):
    changed = {"text": "Another text.", "ordinal": 99, "text_version": 2}
    changed["report_id"] = make_report(()).pk
    with refused_by("cited_passage_is_immutable"):
        Passage.objects.filter(pk=cited_passage.pk).update(**{field: changed[field]})


def test_a_cited_passage_does_not_change_by_raw_sql(cited_passage):
    with refused_by("cited_passage_is_immutable"):
        execute("UPDATE lessons_passage SET text = text || '.' WHERE id = %s", cited_passage.pk)


def test_the_page_of_a_cited_passage_may_be_corrected(cited_passage):
    cited_passage.page_label = "xii"
    cited_passage.save()
    assert cited_passage.locator == "p. xii"


def test_an_uncited_passage_may_be_corrected():
    passage = make_report().passages.get(ordinal=1)
    Passage.objects.filter(pk=passage.pk).update(text="Corrected.", ordinal=9)
    passage.refresh_from_db()
    assert (passage.text, passage.ordinal) == ("Corrected.", 9)


def test_a_passage_that_is_no_longer_cited_may_be_corrected(cited_passage):
    cited_passage.citations.all().delete()
    cited_passage.text = "Corrected."
    cited_passage.save()
    assert Passage.objects.get(pk=cited_passage.pk).text == "Corrected."


def test_a_cited_passage_and_its_report_are_not_deleted(cited_passage):
    for rows in (Passage.objects.all(), Report.objects.all()):
        with pytest.raises(ProtectedError):
            rows.delete()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="lessons_citation_passage_id"), transaction.atomic():
        execute("DELETE FROM lessons_passage WHERE id = %s", cited_passage.pk)


def test_a_passage_has_a_text():
    report = make_report(())
    with refused_by("passage_has_text"):
        Passage.objects.bulk_create([Passage(report=report, ordinal=1, text="")])


def test_a_passage_has_a_number_of_its_own_in_its_version():
    report = make_report()
    with refused_by("passage_unique_in_version"):
        Passage.objects.bulk_create([Passage(report=report, ordinal=1, text="Twice.")])
    Passage.objects.create(report=report, ordinal=1, text_version=2, text="Read anew.")
    assert report.passages.current().filter(ordinal=1).get().text_version == 1


def test_a_citation_that_holds_stands_in_the_text_that_is_read():
    report = cite(make_record()).citations.get().passage.report
    with refused_by("citation_stands_in_the_text_read"):
        Report.objects.filter(pk=report.pk).update(text_version=2)


def test_what_is_lost_may_stand_in_a_text_that_was_replaced():
    citation = cite(make_record()).citations.get()
    change(citation, state="lost")
    Report.objects.update(text_version=2)
    commit_checks()
    with refused_by("citation_stands_in_the_text_read"):
        change(citation, state="verified")


def test_a_text_that_was_replaced_is_not_cited():
    citation = cited(make_record())
    Report.objects.update(text_version=2)
    with refused_by("citation_stands_in_the_text_read"):
        citation.save()
