"""Makes the tables, loads the rows (JSON lines, named by the first argument) and indexes them."""

import json
import os
import sys
from itertools import islice

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "wagtail_site.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from wagtail_site.entries.models import Entry, Value  # noqa: E402

TEXTS = ("id", "kind", "title", "statement", "discussion", "quotations")
FACETS = ("theme", "actor", "tag", "report", "country")


def fill(path):
    """Load 1,000 rows at a time."""
    with open(path, encoding="utf-8") as lines:  # noqa: PTH123
        while batch := [json.loads(line) for line in islice(lines, 1000)]:
            Entry.objects.bulk_create(Entry(**{name: row[name] for name in TEXTS}) for row in batch)
            Value.objects.bulk_create(
                Value(entry_id=row["id"], facet=facet, value=value)
                for row in batch
                for facet in FACETS
                for value in row[facet]
            )


call_command("migrate", run_syncdb=True, verbosity=0)
fill(sys.argv[1])
call_command("update_index", verbosity=0)
