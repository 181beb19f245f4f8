"""What the index holds of a record or passage: its fields and how words are read.

The index is a disposable copy of the database. Whatever changes here changes VERSION, and an index
of another version is built anew.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import tantivy
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

VERSION = 5
STEMMERS = {"en": "english", "fr": "french"}
LONGEST_WORD = 60  # characters; what is longer is no word
# Marks inside a word that nobody sees or types: soft hyphen, zero-width space and joiners.
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
# Where a word is looked for, and what it weighs there beyond being anywhere in the record.
WEIGHTS = {"title": 4.0, "names": 3.0, "terms": 1.0, "statement": 0.3, "quotations": 0.2}
# The parameters of a list that narrow by exact value.
EXACT = ("kind", "status", "theme", "tag", "actor", "report", "country", "phase", "decade")


def _base(tokenizer: Tokenizer) -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(tokenizer)
        .filter(Filter.remove_long(LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )


@cache
def analyzers() -> dict[str, TextAnalyzer]:
    """Return how words are read: stemmed, by language, and ``plain`` as they are written.

    Accents go before stemming, so that a word typed without them has the same stem.
    """
    stemmed = {
        code: _base(Tokenizer.simple()).filter(Filter.stemmer(language)).build()
        for code, language in STEMMERS.items()
    }
    return {**stemmed, "plain": _base(Tokenizer.simple()).build()}


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> tuple[str, ...]:
    """Return what analyzer ``language`` makes of a word (several tokens if it holds marks)."""
    return tuple(analyzers()[language].analyze(word))


def readable(text: str) -> str:
    """Return ``text`` with each letter and its accent as one, so that words are not torn apart."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(UNSEEN)


@cache
def records() -> tantivy.Schema:
    """Return the schema of records.

    ``all_*`` holds every text of a record and decides what matches; the parts only weigh. Words as
    written (``plain``) serve exact phrases, beginnings of words and spelling.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("digest", fast=True)  # of the whole, for `manage.py search verify`
    for language in STEMMERS:
        builder.add_text_field(f"all_{language}", tokenizer_name=language)
        for part in WEIGHTS:
            builder.add_text_field(f"{part}_{language}", tokenizer_name=language)
    builder.add_text_field("plain", tokenizer_name="plain")
    for name in EXACT:
        builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("sight", tokenizer_name="raw", index_option="basic")
    for name in ("first_year", "last_year", "dated", "by_recurrence", "by_year"):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_text_field("by_title", tokenizer_name="raw", fast=True, index_option="basic")
    return builder.build()


@cache
def passages() -> tantivy.Schema:
    """Return the schema of the reports' text."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("digest", fast=True)  # of the whole, for `manage.py search verify`
    for language in STEMMERS:
        builder.add_text_field(f"all_{language}", tokenizer_name=language)
    builder.add_text_field("plain", tokenizer_name="plain")
    builder.add_text_field("report", tokenizer_name="raw", fast=True, index_option="basic")
    builder.add_text_field("sight", tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMAS = {"records": records, "passages": passages}
