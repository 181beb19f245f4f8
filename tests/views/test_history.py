"""How a record came to say what it says, for the desk and for everyone."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import curation, history, merging
from lessons.models import Kind, Record
from tests.factories import cite, make_published, make_record, make_theme
from tests.history import last_act
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


def path(record: Record, ending: str = "") -> str:
    return f"/records/{record.code}/history/{ending}"


def lived(by: User, reviewer: User) -> Record:
    """Make a record with a draft life, a published one, and one behind the scenes again."""
    record = make_record(by=by, title="Secret draft title", tags=["embargoed"])
    cite(record)
    record.title, record.statement = "First public title", "Act on warnings."
    curation.save_record(record, by=by, tags=["mandate"])
    curation.submit(record, by=by)
    curation.send_back(record, by=reviewer, reason="Quote it in full.")
    curation.submit(record, by=by)
    curation.publish(record, by=reviewer)
    record.statement = "Act on early warnings."
    curation.save_record(record, by=reviewer)
    curation.withdraw(record, by=reviewer, reason="A private reason.")
    record.statement = "Secret wording while withdrawn."
    curation.save_record(record, by=reviewer)
    record.statement = "Act on early warnings at once."
    curation.save_record(record, by=reviewer)
    curation.submit(record, by=reviewer)
    return curation.publish(record, by=reviewer)


# What everyone sees


def test_everyone_sees_what_has_been_public_and_nothing_else(client, analyst, reviewer):
    record = lived(analyst, reviewer)
    for query in ("", "?from=1&to=4", "?from=4&to=1"):
        response = client.get(path(record) + query)
        words = words_of(response)
        assert response.status_code == 200
        for hidden in ("Secret", "embargoed", "Quote it in full", "private reason", "draft",
                       analyst.username, reviewer.username, "/curate/", "Restore"):  # fmt: skip
            assert hidden not in text_of(response), (query, hidden)
    words = words_of(client.get(path(record)))
    assert "4 versions" in words
    events = [entry.what for entry in client.get(path(record)).context["entries"]]
    assert [str(event) for event in events] == ["published", "withdrawn", "changed", "published"]
    assert "[added: early added until here]" in words
    assert "[added: at once added until here]" in words


def test_a_reader_who_is_signed_in_sees_no_more(signed_in, reader, analyst, reviewer):
    record = lived(analyst, reviewer)
    assert "Secret" not in text_of(signed_in(reader).get(path(record)))


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn", "in_review again"])
def test_what_is_not_public_has_no_public_history(status, client):
    record = cite(make_record())
    if status != "draft":
        curation.submit(record, by=None)
    if status in {"withdrawn", "in_review again"}:
        curation.publish(record, by=None)
        curation.withdraw(record, by=None, reason="Wrong.")
    if status == "in_review again":
        curation.submit(record, by=None)
    response = client.get(path(record))
    assert response.status_code == (410 if status == "withdrawn" else 404)
    assert record.title not in text_of(response)


def test_a_link_to_what_is_hidden_does_not_show_in_the_history(client):
    record, hidden = make_published(), make_record(Kind.FAILURE, title="Hidden")
    shown = make_published(Kind.FAILURE)
    curation.link(record, "drawn_from", hidden, by=None)
    link = curation.link(record, "drawn_from", shown, by=None, note="Unchecked note.")
    curation.unlink(link, by=None)
    text = text_of(client.get(path(record)))
    assert hidden.code not in text
    assert "Unchecked" not in text
    assert shown.code in text


def test_a_merged_record_leads_everyone_to_its_survivor_and_shows_the_desk_its_history(
    client, signed_in, analyst
):
    record, survivor = make_published(), make_published()
    merging.merge(survivor, record, by=None)
    response = client.get(path(record))
    assert (response.status_code, response["Location"]) == (301, survivor.get_absolute_url())
    assert signed_in(analyst).get(path(record)).status_code == 200


# What the desk sees


def test_the_desk_sees_every_version_with_name_and_reason(signed_in, analyst, reviewer):
    record = lived(analyst, reviewer)
    words = words_of(signed_in(analyst).get(path(record)))
    for shown in ("Secret draft title", "embargoed", "Quote it in full.", "A private reason.",
                  analyst.username, reviewer.username, "13 versions"):  # fmt: skip
        assert shown in words


def test_changes_are_told_by_words_also_to_those_who_hear_them(signed_in, analyst):
    record = make_record(statement="A clear mandate must come first.")
    record.statement = "A clear mandate comes first."
    curation.save_record(record, by=analyst)
    response = signed_in(analyst).get(path(record))
    assert "[removed: must come removed until here]" in words_of(response)
    assert "<ins>" in text_of(response)
    assert "<del>" in text_of(response)


def test_what_a_record_says_is_never_markup(signed_in, analyst):
    record = make_record(statement="Plain.")
    record.statement = "<script>alert(1)</script>"
    curation.save_record(record, by=analyst, tags=["<b>bold</b>"])
    text = text_of(signed_in(analyst).get(path(record)))
    assert "<script>alert" not in text
    assert "<b>bold" not in text


def test_any_two_versions_can_be_compared(signed_in, analyst):
    record = make_record(title="One")
    for title in ("Two", "Three"):
        record.title = title
        curation.save_record(record, by=None)
    response = signed_in(analyst).get(path(record, "?from=1&to=3"))
    (change,) = response.context["compared"]
    assert [(p.text, p.change) for p in change.pieces] == [("One", "removed"), ("Three", "added")]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?from=1", "to:"), ("?to=1", "from:"), ("?from=0&to=1", "from:"), ("?from=1&to=99", "to:"),
        ("?from=x&to=1", "from:"), ("?from=1&from=1&to=1", "from:"), ("?from=&to=", "from:"),
        ("?from=١&to=1", "from:"), ("?from=9999999999999999999999&to=1", "from:"), ("?x=1", "x:"),
    ],
)  # fmt: skip
def test_an_unclear_question_is_answered_with_what_is_wrong(query, named, client):
    response = client.get(path(make_published(), query))
    assert response.status_code == 400
    assert named in words_of(response)


def test_the_record_page_leads_to_its_history(client):
    record = make_published()
    assert path(record) in links_of(client.get(record.get_absolute_url()))


def test_the_admins_history_is_this_one(signed_in, analyst):
    record = make_record()
    for model in ("lesson", "record"):
        response = signed_in(analyst).get(f"/admin/lessons/{model}/{record.pk}/history/")
        assert (response.status_code, response["Location"]) == (302, path(record))
    assert signed_in(analyst).get("/admin/lessons/lesson/999/history/").status_code == 404


# The way back


def restore(client: Client, record: Record, number: int = 1, **data: Any) -> Any:
    fields = {"reason": "It was right.", "read_version": record.version, **data}
    return client.post(path(record, f"{number}/"), fields)


def edited(**sets: Any) -> Record:
    record = make_record(title="First", **sets)
    record.title = "Second"
    return curation.save_record(record, by=None, **{name: [] for name in sets})


def test_a_version_is_shown_with_what_restoring_it_would_change(signed_in, analyst):
    response = signed_in(analyst).get(path(edited(), "1/"))
    assert "[removed: Second removed until here]" in words_of(response)
    assert response.status_code == 200


def test_a_version_is_restored_with_the_reason(signed_in, analyst):
    record = edited()
    response = restore(signed_in(analyst), record)
    assert (response.status_code, response["Location"]) == (302, path(record))
    record.refresh_from_db()
    assert (record.title, record.version) == ("First", 3)
    last = history.versions(record)[-1]
    assert (last.verbs, last.user, last.reason) == (("revert",), analyst.pk, "It was right.")


@pytest.mark.parametrize(
    ("data", "said"),
    [({"reason": ""}, "required"), ({"read_version": 1}, "changed by someone else"),
     ({"read_version": "x"}, "whole number")],
)  # fmt: skip
def test_what_is_refused_is_said_at_the_form(data, said, signed_in, analyst):
    record = edited()
    response = restore(signed_in(analyst), record, **data)
    assert response.status_code == 400
    assert said in words_of(response)
    record.refresh_from_db()
    assert record.title == "Second"


def test_what_is_gone_can_be_left_out(signed_in, analyst):
    theme = make_theme(pref_label_en="Early warning")
    record = edited(themes=[theme])
    theme.delete()
    client = signed_in(analyst)
    assert "“Early warning” is gone" in words_of(client.get(path(record, "1/")))
    assert restore(client, record).status_code == 400
    assert restore(client, record, leaving_out="on").status_code == 302


def test_a_version_that_never_was_is_not_found(signed_in, analyst):
    for number in (0, 3, 10**12):
        assert signed_in(analyst).get(path(edited(), f"{number}/")).status_code == 404


def test_an_analyst_restores_nothing_that_is_published(signed_in, analyst):
    record = make_published()
    record.title = "Changed"
    curation.save_record(record, by=None)
    client = signed_in(analyst)
    assert (
        "csrfmiddlewaretoken" not in text_of(client.get(path(record, "2/"))).split("</header>")[-1]
    )
    assert restore(client, record, 2).status_code == 403


# Undoing an act


def test_an_act_is_shown_before_it_is_undone_and_then_undone(signed_in, analyst):
    record = make_record(by=analyst, title="First")
    record.title = "Second"
    curation.save_record(record, by=analyst)
    act, client = last_act(), signed_in(analyst)
    page = client.get(f"/curate/undo/{act}/")
    assert "[removed: Second removed until here]" in words_of(page)
    response = client.post(f"/curate/undo/{act}/", {"next": path(record)})
    assert (response.status_code, response["Location"]) == (302, path(record))
    record.refresh_from_db()
    assert record.title == "First"


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:x"]
)
def test_undoing_leads_to_the_record_and_never_elsewhere(to, signed_in, analyst):
    record = make_record(by=analyst)
    evidence_of = cite(record)
    record.title = "Second"
    curation.save_record(record, by=analyst)
    response = signed_in(analyst).post(f"/curate/undo/{last_act()}/", {"next": to})
    assert response["Location"] == evidence_of.get_absolute_url()


def test_what_cannot_be_undone_says_why(signed_in, reviewer):
    record = make_record(title="First")
    record.title = "Second"
    curation.save_record(record, by=None)
    act = last_act()
    curation.save_record(record, by=reviewer)
    client = signed_in(reviewer)
    page = client.get(f"/curate/undo/{act}/")
    assert f"was changed since by {reviewer}" in words_of(page)
    assert "Undo this act</button>" not in text_of(page)
    response = client.post(f"/curate/undo/{act}/")
    assert response.status_code == 409
    assert "was changed since" in words_of(response)


def test_others_acts_are_not_an_analysts_to_undo(signed_in, analyst):
    make_record()
    assert signed_in(analyst).post(f"/curate/undo/{last_act()}/").status_code == 403


def test_an_act_nobody_knows_is_not_found(signed_in, analyst):
    for act in ("0" * 32, "x", "0" * 31):
        assert signed_in(analyst).get(f"/curate/undo/{act}/").status_code == 404


def test_undoing_the_creation_leads_home_for_there_is_no_record(signed_in, analyst):
    make_record(by=analyst)
    response = signed_in(analyst).post(f"/curate/undo/{last_act()}/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert not Record.objects.exists()
