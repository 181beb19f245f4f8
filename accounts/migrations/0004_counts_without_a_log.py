"""Counts of requests are worth nothing after a crash: writing them need not wait for a disk."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_tokens")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE accounts_requestcount SET UNLOGGED",
            "ALTER TABLE accounts_requestcount SET LOGGED",
        )
    ]
