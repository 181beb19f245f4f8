"""How often the title of a lesson finds its text, beside plain BM25 (``make relevance``).

The titles of NASA's public lessons are typed into our search, over the lessons' text without the
title. One half of the titles, by their hash, served for tuning; the other is held out.
"""

# ruff: noqa: E402  (Django is set up before what needs it is imported)
from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import tantivy

from lessons.search import schema
from lessons.search.matching import Matcher, counted, enough, ids_of
from lessons.search.meaning import fusion
from lessons.search.meaning.model import embedder
from lessons.search.words import read

BESIDE = Path(__file__).resolve().parents[2] / "shared/data/nasa-llis/lessons.csv"
PLACES = 10
Ranker = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Lesson:
    """A title and the two texts it should find."""

    title: str
    statement: str
    discussion: str

    @property
    def held_out(self) -> bool:
        return hashlib.md5(self.title.encode(), usedforsecurity=False).digest()[-1] % 2 == 1


def lessons(path: Path) -> list[Lesson]:
    """Return the lessons of a CSV file with the columns Title, Lesson and Abstract."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Lesson(" ".join(row["Title"].split()), row["Lesson"].strip(), row["Abstract"].strip())
            for row in csv.DictReader(file)
        ]


def hindsight(corpus: Sequence[Lesson], places: int = PLACES) -> Ranker:
    """Return our own search, as the product asks its index."""
    matcher = Matcher(schema.records(), _index(corpus).searcher())

    def rank(title: str) -> Sequence[int]:
        words = read(title)
        query = matcher.matching(words)
        if counted(matcher.searcher, query) < enough(words):
            query = matcher.relaxed(query, words)
        ranked = matcher.ranked(query, words, schema.WEIGHTS)
        return ids_of(matcher.searcher, matcher.searcher.search(ranked, places).hits)

    return rank


def by_meaning(corpus: Sequence[Lesson]) -> Ranker | None:
    """Return our search ordered by meaning too, as with HINDSIGHT_SEARCH_BY_MEANING; None without
    the extra. Unlike the product it does not keep apart what has all the words."""
    model = embedder()
    if model is None:
        return None
    by_words = hindsight(corpus, fusion.TOP)
    read_texts = [
        model.embed([text for text in (one.statement, one.discussion) if text]) for one in corpus
    ]

    def rank(title: str) -> Sequence[int]:
        found = by_words(title)
        (asked,) = model.embed([title])
        alike = {
            number: max(sum(map(mul, asked, vector)) for vector in read_texts[number])
            for number in found
        }
        return fusion.merged(found, sorted(found, key=lambda number: -alike[number]))

    return rank


def _index(corpus: Sequence[Lesson]) -> tantivy.Index:
    index = tantivy.Index(schema.records())
    for name, analyzer in schema.analyzers().items():
        index.register_tokenizer(name, analyzer)
    writer = index.writer(num_threads=1)
    for number, lesson in enumerate(corpus):
        document = tantivy.Document()
        document.add_unsigned("id", number)
        document.add_text("statement_en", lesson.statement)
        for text in filter(None, (lesson.statement, lesson.discussion)):
            document.add_text("all_en", text)
            document.add_text("plain", text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def plain_bm25(corpus: Sequence[Lesson], stemmer: Any = None) -> Ranker:
    """Return ``bm25s`` as it comes, with English stop words and, if given, a stemmer."""
    bm25s = importlib.import_module("bm25s")

    def tokens(texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    ranker = bm25s.BM25()
    ranker.index(
        tokens([f"{one.discussion} {one.statement}" for one in corpus]), show_progress=False
    )

    def rank(title: str) -> Sequence[int]:
        asked = tokens([title])
        if not asked.vocab:
            return []
        found, scores = ranker.retrieve(asked, k=PLACES, show_progress=False)
        return [int(n) for n, score in zip(found[0], scores[0], strict=True) if score > 0]

    return rank


def measure(corpus: Sequence[Lesson], rank: Ranker, held_out: bool | None) -> tuple[float, float]:
    """Return recall and mean reciprocal rank within PLACES, of one half of the titles or of all."""
    places = []
    for number, lesson in enumerate(corpus):
        if lesson.title and held_out in (None, lesson.held_out):
            found = list(rank(lesson.title))[:PLACES]
            places.append(found.index(number) + 1 if number in found else 0)
    hits = [place for place in places if place]
    return len(hits) / len(places), sum(1 / place for place in hits) / len(places)


def rankers(corpus: Sequence[Lesson], folder: str) -> dict[str, Ranker]:
    """Return our ranker and those it is compared with, as far as they are to be had."""
    found = {"Hindsight": hindsight(corpus)}
    with_meaning = by_meaning(corpus)
    if with_meaning is None:
        _say("the extra “semantic” is not installed: measured without meaning")
    else:
        found["and by meaning"] = with_meaning
    if _have("bm25s", "bm25s", folder):
        found["bm25s"] = plain_bm25(corpus)
        if _have("Stemmer", "PyStemmer", folder):
            stemmer = importlib.import_module("Stemmer").Stemmer("english")
            found["bm25s, stemmed"] = plain_bm25(corpus, stemmer)
    return found


def _have(module: str, package: str, folder: str) -> bool:
    """Import ``module``, if need be from a temporary folder that its package is put into."""
    try:
        importlib.import_module(module)
    except ImportError:
        if folder not in sys.path:
            sys.path.append(folder)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, package]
        if subprocess.run(pip, check=False).returncode:
            _say(f"{package} cannot be installed here: compared without it")
            return False
        importlib.invalidate_caches()
        importlib.import_module(module)
    return True


def main() -> int:
    """Print the table; 1 if plain BM25 is as good as ours in anything, 2 without the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="?", type=Path, default=BESIDE, help=f"default: {BESIDE}")
    path = parser.parse_args().lessons
    if not path.exists():
        _say(f"no lessons at {path}: give the path of NASA's lessons.csv")
        return 2
    corpus = lessons(path)
    with tempfile.TemporaryDirectory() as folder:
        logging.disable(logging.DEBUG)  # bm25s tells of its every step
        found = rankers(corpus, folder)
        figures = {name: _row(corpus, rank) for name, rank in found.items()}
    _print(figures, sum(bool(lesson.title) for lesson in corpus))
    ours, theirs = figures["Hindsight"], figures.get("bm25s")
    return int(theirs is not None and any(a <= b for a, b in zip(ours, theirs, strict=True)))


def _row(corpus: Sequence[Lesson], rank: Ranker) -> list[float]:
    return [figure for half in (None, False, True) for figure in measure(corpus, rank, half)]


def _print(figures: dict[str, list[float]], titles: int) -> None:
    _say(f"{titles} titles; recall and mean reciprocal rank within the first {PLACES}\n")
    _say(f"{'':16}{'all':^17}{'tuned on':^17}{'held out':^17}")
    _say(f"{'':16}" + f"{'recall':>8}{'MRR':>7}  " * 3)
    for name, row in figures.items():
        _say(f"{name:16}" + "".join(f"{r:8.3f}{m:7.3f}  " for r, m in _pairs(row)))


def _pairs(row: list[float]) -> Iterator[tuple[float, float]]:
    return zip(row[::2], row[1::2], strict=True)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
