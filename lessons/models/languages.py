"""The two languages that vocabularies are labelled in."""

from django.utils.translation import get_language


def reading_french() -> bool:
    """Whether the reader is shown French; everyone else is shown English."""
    return (get_language() or "").startswith("fr")
