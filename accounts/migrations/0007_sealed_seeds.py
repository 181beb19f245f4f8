"""Seals the seeds of second factors that were kept as plain text."""

from django.db import migrations

from accounts import sealing


def seal(apps, schema_editor):
    sealing.seal_all(apps.get_model("mfa", "Authenticator").objects.all())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_exports"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
