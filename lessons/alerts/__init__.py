"""Saved searches whose owners are told, by e-mail, of what is new or changed in them.

news: what happened to public records between two moments   saving: the verbs of saved searches
holding: what a search found before   writing: the message
sending: who is due, and that nobody is told twice
"""

from .news import News, horizon, news_between
from .saving import change_search, forget_search, holder_of, save_search, token_of, unsubscribe
from .sending import Outcome, send_due

__all__ = [
    "News",
    "Outcome",
    "change_search",
    "forget_search",
    "holder_of",
    "horizon",
    "news_between",
    "save_search",
    "send_due",
    "token_of",
    "unsubscribe",
]
