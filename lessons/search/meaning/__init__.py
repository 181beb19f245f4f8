"""Finding by meaning, where the extra ``semantic`` is installed; nothing else needs it.

The model reads texts in ``manage.py embed`` alone, and what is searched for if
``HINDSIGHT_SEARCH_BY_MEANING`` is set. Pages read neighbours that were found beforehand
(docs/adr/0011).
"""
