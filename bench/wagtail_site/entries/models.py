"""The published records, as a Wagtail site would hold them."""

from django.db import models
from wagtail.search import index


class Entry(index.Indexed, models.Model):
    """A record."""

    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    statement = models.TextField()
    discussion = models.TextField()
    quotations = models.TextField()

    search_fields = [
        index.SearchField("title", boost=5),
        index.SearchField("statement"),
        index.SearchField("discussion"),
        index.SearchField("quotations"),
        index.FilterField("kind"),
    ]

    def __str__(self):
        return self.title


class Value(models.Model):
    """One value of a facet that an entry bears."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="values_borne")
    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["facet", "value"])]

    def __str__(self):
        return self.value
