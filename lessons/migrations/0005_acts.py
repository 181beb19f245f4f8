from django.db import migrations


class Migration(migrations.Migration):
    """Find the changes of one act among all contexts of the history."""

    dependencies = [
        ("lessons", "0004_title_trigrams"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX pghistory_context_act ON pghistory_context ((metadata ->> 'act'))",
            "DROP INDEX pghistory_context_act",
        ),
    ]
