"""Who is told, what the mail says, and that nobody is told twice."""

import email
import smtplib
from datetime import timedelta
from email import policy

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from accounts.models import Role, User
from lessons import alerts, curation, describing
from lessons.alerts import holding
from lessons.models import Record, SavedSearch
from tests.factories import make_published, make_record, make_theme, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def saved(user: User, query: str = "", frequency: str = "daily", **fields: object) -> SavedSearch:
    search = alerts.save_search(query, fields.pop("title", "Mine"), by=user, frequency=frequency)
    make_due(search)
    return search


def make_due(search: SavedSearch, ago: timedelta = DAY) -> None:
    SavedSearch.objects.filter(pk=search.pk).update(told_until=alerts.horizon() - ago)


def sent() -> list[mail.EmailMultiAlternatives]:
    found, mail.outbox = mail.outbox, []
    return found


def test_the_owner_is_told_once(reader: User) -> None:
    saved(reader)
    record = make_published(title="Warnings need a reader", statement="Somebody must listen.")
    assert alerts.send_due().counts == {"sent": 1}
    (message,) = sent()
    assert message.to == [reader.email]
    assert message.subject == "1 new · Mine"
    address = f"http://127.0.0.1:8000/records/{record.code}/"
    for body in (message.body, message.alternatives[0][0]):
        for words in ("Warnings need a reader", "Somebody must listen.", address):
            assert words in body
    assert alerts.send_due().counts == {}
    assert not sent()


def test_what_changed_is_named(reader: User) -> None:
    record = make_published()
    search = saved(reader)
    make_due(search, timedelta(0))
    record.statement = "Otherwise."
    curation.save_record(record, by=None)
    alerts.send_due(timezone.now() + DAY)
    (message,) = sent()
    assert message.subject == "1 changed · Mine"
    assert "What changed: statement" in message.body


def test_only_what_the_search_finds_is_told(reader: User) -> None:
    theme = make_theme(slug="warning")
    saved(reader, "theme=warning&sort=title")
    make_published(title="Elsewhere")
    make_published(title="Zoe", themes=[theme])
    make_published(title="Ann", themes=[theme])
    alerts.send_due()
    (message,) = sent()
    assert "Elsewhere" not in message.body
    assert message.body.index("Ann") < message.body.index("Zoe")


def test_without_news_no_mail_goes_out_and_the_day_is_over(reader: User) -> None:
    saved(reader, "q=nothing-of-this-kind")
    make_published()
    assert alerts.send_due().counts == {"quiet": 1}
    assert alerts.send_due().counts == {}
    assert not sent()


def test_what_is_filed_later_is_new_in_the_list_and_only_once(reader: User) -> None:
    theme, record = make_theme(slug="warning"), make_published(title="Old, and found anew")
    make_due(saved(reader, "theme=warning"), timedelta(0))
    describing.add_theme(Record.objects.get(pk=record.pk), theme, by=None)
    alerts.send_due(timezone.now() + DAY)
    (message,) = sent()
    assert message.subject == "1 new · Mine"
    assert "Old, and found anew (newly in this list)" in message.body
    assert SavedSearch.objects.get().held == [record.pk]
    describing.add_tag(Record.objects.get(pk=record.pk), "mandate", by=None)
    assert alerts.send_due(timezone.now() + DAY).counts == {"quiet": 1}


def test_of_a_search_that_finds_too_many_nothing_is_newly_in_it(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "MOST", 1)
    theme, record = make_theme(slug="warning"), make_published()
    for _number in range(2):
        make_published(themes=[theme])
    search = saved(reader, "theme=warning")
    assert search.held is None
    make_due(search, timedelta(0))
    describing.add_theme(Record.objects.get(pk=record.pk), theme, by=None)
    assert alerts.send_due(timezone.now() + DAY).counts == {"quiet": 1}


def test_drafts_are_told_to_nobody(analyst: User) -> None:
    saved(analyst)
    make_record(title="Secret")
    published = make_published(title="Withdrawn")
    curation.withdraw(published, by=None, reason="Wrong.")
    alerts.send_due()
    assert not sent()


@pytest.mark.parametrize(("frequency", "days"), [("daily", 1), ("weekly", 7)])
def test_each_is_told_when_due(frequency: str, days: int, reader: User) -> None:
    search = saved(reader, frequency=frequency)
    make_due(search, timedelta(0))
    make_published()
    now = timezone.now()
    assert alerts.send_due(now + timedelta(days=days, hours=-3)).counts == {}
    assert alerts.send_due(now + timedelta(days=days, hours=-1)).counts == {"sent": 1}


def test_who_cannot_be_told_is_passed_over(reader: User) -> None:
    gone = make_user(Role.READER, is_active=False)
    for user in (gone, make_user(Role.READER, email="")):
        saved(user)
    saved(reader, frequency="never")
    make_published()
    assert alerts.send_due().counts == {}


def test_each_reads_in_the_language_of_the_saving(reader: User) -> None:
    with translation.override("fr"):
        saved(reader)
    make_published()
    alerts.send_due()
    assert '<html lang="fr">' in sent()[0].alternatives[0][0]


def test_the_mail_can_be_ended_by_one_click(reader: User, client) -> None:
    search = saved(reader)
    make_published()
    alerts.send_due()
    parsed = email.message_from_bytes(sent()[0].message().as_bytes(), policy=policy.default)
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = parsed["List-Unsubscribe"].strip(" <>")
    path = address.removeprefix("http://127.0.0.1:8000")
    assert "Send no more of it" in client.get(path).content.decode()
    search.refresh_from_db()
    assert search.frequency == "daily"  # a programme that follows links ends nothing
    for _time in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    search.refresh_from_db()
    assert search.frequency == "never"


def test_the_link_ends_the_mails_of_one_search_and_nothing_else(reader: User, client) -> None:
    search, other = saved(reader), saved(reader, "q=other")
    token = alerts.token_of(search)
    client.post(f"/alerts/unsubscribe/{token}/")
    other.refresh_from_db()
    assert other.frequency == "daily"
    assert client.post(f"/alerts/unsubscribe/{token[:-2]}xx/").status_code == 404
    alerts.forget_search(search, by=reader)
    assert client.post(f"/alerts/unsubscribe/{token}/").status_code == 200


def test_what_breaks_between_sending_and_noting_is_told_once_more_by_the_same_name(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(reader)
    make_published()
    real = mail.EmailMultiAlternatives.send

    def send_and_die(self: mail.EmailMultiAlternatives, *args: object) -> None:
        real(self)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMultiAlternatives, "send", send_and_die)
        with pytest.raises(KeyboardInterrupt):
            alerts.send_due()
    assert alerts.send_due().counts == {"sent": 1}
    first, second = (message.message()["Message-ID"] for message in sent())
    assert first == second


def test_one_that_cannot_be_sent_holds_up_no_other_and_is_tried_again(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(make_user(Role.READER, email="full@example.org"))
    saved(reader)
    make_published()
    real = mail.EmailMultiAlternatives.send

    def send(self: mail.EmailMultiAlternatives) -> int:
        if self.to == ["full@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return real(self)

    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMultiAlternatives, "send", send)
        with pytest.raises(CommandError, match="tried again"):
            call_command("send_alerts", verbosity=0)
    assert [message.to for message in sent()] == [[reader.email]]
    call_command("send_alerts", verbosity=0)
    assert [message.to for message in sent()] == [["full@example.org"]]


def test_many_are_counted_and_the_first_are_named(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lessons.alerts.writing.SHOWN", 1)
    saved(reader)
    for _number in range(3):
        make_published()
    alerts.send_due()
    (message,) = sent()
    assert message.subject == "3 new · Mine"
    assert "And 2 more, in the list." in message.body
    assert message.body.count("/records/L-") == 1


def test_a_name_that_is_gone_is_reported_and_the_rest_go_out(reader: User) -> None:
    theme = make_theme(slug="gone")
    saved(reader, "theme=gone")
    saved(reader, title="All")
    theme.delete()
    make_published()
    outcome = alerts.send_due()
    assert outcome.counts == {"sent": 1}
    assert len(outcome.failures) == 1


def test_markup_in_a_record_stays_words(reader: User) -> None:
    saved(reader)
    make_published(title="<b>Bold</b> & more")
    alerts.send_due()
    (message,) = sent()
    assert "<b>Bold</b> & more" in message.body
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in message.alternatives[0][0]
    assert Record.objects.count() == 1
