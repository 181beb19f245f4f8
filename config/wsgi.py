"""The WSGI entry point that gunicorn serves."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from lessons.outages import data_directory  # noqa: E402  (once the settings are read)

for refusal in data_directory():
    raise ImproperlyConfigured(f"{refusal.msg} {refusal.hint}")
