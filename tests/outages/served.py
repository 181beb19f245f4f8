"""What gunicorn serves: the site, with records and an analyst who is signed in."""

from config.wsgi import application

from . import RECORDS

__all__ = ["application"]


def fill() -> None:
    """Make what is asked for; tell how to be the analyst."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import Role
    from tests.factories import make_many, make_user

    make_many(RECORDS)
    client = Client()
    client.force_login(make_user(Role.ANALYST))
    (settings.DATA_DIR / "session").write_text(client.cookies["sessionid"].value)


fill()
