"""The admin by its own forms: what people do there, and what it tells them."""

import re
from typing import Any

from django.test import Client

from accounts.models import User
from lessons.models import Citation, Record
from tests.factories import REQUIRED
from tests.views import text_of


def client_of(user: User) -> Client:
    """Return a client signed in as ``user``."""
    client = Client()
    client.force_login(user)
    return client


def rows(prefix: str, *new: dict[str, Any], old: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Return what the browser sends for a formset: rows that are there, then new ones."""
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(old) + len(new),
        f"{prefix}-INITIAL_FORMS": len(old),
    }
    for number, row in enumerate((*old, *new)):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def form_of(kind: str, **fields: Any) -> dict[str, Any]:
    """Return what the browser sends for a new record; ``fields`` are changed or added."""
    empty = {**rows("citations"), **rows("links_out"), **rows("links_in")}
    words = {"title": "Title", "statement": "Statement.", "language": "en"}
    return {**empty, **words, **REQUIRED[kind], **fields}


def form_for(record: Record, **fields: Any) -> dict[str, Any]:
    """Return what the browser sends for ``record`` as it stands."""
    kept = {"title": record.title, "statement": record.statement, "read_version": record.version}
    return form_of(record.kind, **{**kept, **fields})


def kept(citation: Citation, **more: Any) -> dict[str, Any]:
    """Return the row of a citation that is there already."""
    return {"id": citation.pk, "record": citation.record_id, **more}


def change_page(record: Record) -> str:
    return f"/admin/lessons/{record.kind}/{record.pk}/change/"


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return the errors the page shows, by form prefix and field (empty: the form as a whole)."""
    found: dict[str, list[str]] = {}

    def note(prefix: str, form: Any) -> None:
        for name, messages in form.errors.items():
            field = "" if name == "__all__" else name
            found["-".join(part for part in (prefix, field) if part)] = list(messages)

    note("", response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            if not inline.formset._should_delete_form(form):
                note(form.prefix, form)
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = list(inline.formset.non_form_errors())
    shown = text_of(response)
    assert all("errorlist" in shown for _one in found)
    return found


def told(response: Any) -> str:
    """Return the messages on the page that ``response`` leads to or is."""
    messages = re.findall(r'<ul class="messagelist">(.*?)</ul>', text_of(response), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(messages)).split())
