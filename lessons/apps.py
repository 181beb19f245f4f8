from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from .outages import data_directory


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("knowledge base")

    def ready(self) -> None:
        register(data_directory, Tags.files)
