"""The admin: the same verbs and the same guards as everywhere, in Django's own tables and forms."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import collections, records, sources, suggestions, vocabularies

admin.site.site_header = _("Hindsight: curation")
admin.site.site_title = "Hindsight"
admin.site.index_title = _("Records and sources")

__all__ = ["collections", "records", "sources", "suggestions", "vocabularies"]
