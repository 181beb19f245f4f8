"""By what records are found in the database."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

INDEXES = [
    models.Index(fields=["status", "kind", "title", "id"], name="record_by_title"),
    models.Index(fields=["status", "kind", "-published_at", "id"], name="record_by_date"),
    models.Index(
        fields=["updated_at", "id"],
        condition=Q(published_at__isnull=False),
        name="record_by_change",
    ),
    # All that figures over many records need, without their texts.
    models.Index(
        fields=["status", "kind", "id"],
        include=[
            "origin",
            "year_from",
            "year_to",
            "created_by",
            "published_by",
            "published_at",
        ],
        condition=Q(merged_into__isnull=True),
        name="record_for_figures",
    ),
    GinIndex(OpClass(F("title"), "gin_trgm_ops"), name="record_title_trigrams"),
]
