"""What a document says of itself, as the description of a report."""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from lessons.models import DatePrecision, Report

from .document import Metadata

PRECISIONS = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}


def described(metadata: Metadata, page_count: int | None, name: str) -> dict[str, Any]:
    """Return a report's fields by what its file says of itself, each no longer than it may be.

    Without a title the name of the file stands for it.
    """
    title = metadata.title.strip() or PurePath(name).stem.replace("_", " ").strip() or name
    found: dict[str, Any] = {
        **{one: str(getattr(metadata, one)).strip() for one in
           ("subtitle", "publisher", "symbol", "isbn", "doi", "url")},
        "title": title,
        "slug": free_slug(title),
        "authors": [one[:200] for one in metadata.authors if one],
        "language": metadata.language.split("-")[0].lower() or settings.LANGUAGE_CODE,
        "page_count": page_count,
        **issued(metadata.issued),
    }  # fmt: skip
    longest = {field.name: getattr(field, "max_length", None) for field in Report._meta.fields}
    return {
        key: value[: longest[key]] if isinstance(value, str) else value
        for key, value in found.items()
    }


def issued(text: str) -> dict[str, Any]:
    """Return date and precision of an ISO 8601 date that may lack its day or its month."""
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        return {}
    try:
        day = date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return {}
    return {"issued": day, "issued_precision": PRECISIONS[len(text)]}


def free_slug(title: str) -> str:
    """Return a name for addresses that no report has yet."""
    base = slugify(title)[:70].strip("-") or "report"
    taken = set(Report.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
