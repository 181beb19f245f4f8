"""The WSGI entry point that gunicorn serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config.sharing import share
from lessons.outages import data_directory

for refusal in data_directory():
    raise ImproperlyConfigured(f"{refusal.msg} {refusal.hint}")
if settings.METRICS_TOKEN:
    share(settings.DATA_DIR / "metrics")
application = get_wsgi_application()
