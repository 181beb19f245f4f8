"""What words match and what comes first, on small indexes in memory."""

from typing import Any

import pytest
import tantivy

from lessons.search import schema
from lessons.search.matching import TELLING, Matcher, counted, ids_of
from lessons.search.words import MAX_WORDS, read


def matcher(*documents: str | dict[str, Any]) -> Matcher:
    """Return a matcher over documents given as texts, or as texts by part."""
    index = tantivy.Index(schema.records())
    for name, analyzer in schema.analyzers().items():
        index.register_tokenizer(name, analyzer)
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for number, parts in enumerate(documents):
        writer.add_document(document(number, parts if isinstance(parts, dict) else {"": parts}))
    writer.commit()
    index.reload()
    return Matcher(schema.records(), index.searcher())


def document(number: int, parts: dict[str, Any]) -> tantivy.Document:
    made = tantivy.Document()
    made.add_unsigned("id", number)
    made.add_text("kind", "lesson")
    spoken = parts.get("language", "en")
    for part, text in parts.items():
        if part in schema.WEIGHTS:
            made.add_text(f"{part}_{spoken}", schema.readable(text))
        if part != "language":
            made.add_text(f"all_{spoken}", schema.readable(text))
            made.add_text("plain", schema.readable(text))
    return made


def matched(text: str, *documents: str | dict[str, Any]) -> list[int]:
    """Return which of ``documents`` have all that ``text`` asks for."""
    over = matcher(*documents)
    hits = over.searcher.search(over.matching(read(text)), 100).hits
    return sorted(ids_of(over.searcher, hits))


def ranked(text: str, over: Matcher, relaxed: bool = False) -> list[int]:
    """Return what ``text`` finds, best first."""
    words = read(text)
    query = over.matching(words)
    if relaxed:
        query = over.relaxed(query, words)
    return ids_of(
        over.searcher, over.searcher.search(over.ranked(query, words, schema.WEIGHTS), 100).hits
    )


MATCHED = [
    ("warning", "They were WARNED."),
    ("warn", "Early warnings went unheard."),
    ("interventions", "An intervention failed."),
    ("deni", "Le déni des faits"),
    ("DÉNI", "le deni des faits"),
    ('"early warning"', "An early warning came."),
    ("“early warning”", "An Early-Warning system"),
    ('"early warn', "An early warning came."),
    ('"genoc', "The genocide began."),
    ("peacekeep", "Peacekeepers left."),
    ("on-the-ground", "workers on the ground"),
    ("peace-keeping", "the peacekeeping force"),
    ("l'ONU", "Les Nations Unies (ONU) se retirent."),
    ("ONU", "la décision de l’ONU"),
    ("U.N.", "the UN force"),
    ("UN", "the U.N. force"),
    ("Rwanda's", "in Rwanda"),
    ("rwanda", "Rwanda’s future"),
    ("1994", "April 1994"),
    ("1,000", "some 1,000 troops"),
    ("coeur", "le cœur du problème"),
    ("L-1", "named by its code alone"),
    ("what is the duty of the UN", "UN duty"),
    ("alarm or alert", "An alert."),
    ("the", "the end"),
    ("inter\u00advention", "intervention"),
    ("intervention", "an inter\u00advention"),
    ("aerospace/oversight", "oversight of aerospace"),
]


@pytest.mark.parametrize(("text", "record"), MATCHED)
def test_a_search_finds_what_it_means(text, record):
    assert matched(text, "Nothing here.", record) == [1]


def test_french_is_stemmed_as_french():
    records = ({"": "Les régimes ont été avertis à temps.", "language": "fr"}, "Nothing here.")
    for text in ("averti", "régime", "avertie temps", "regimes"):
        assert matched(text, *records) == [0], text


def test_english_and_french_words_may_stand_in_one_search():
    records = ({"": "warning", "language": "en"}, {"": "alertes", "language": "fr"})
    assert matched("warning or alerte", *records) == [0, 1]


def test_an_exact_phrase_is_found_as_it_is_written():
    records = ("The force was cut.", "The forces were cut.", "Cut the force.")
    assert matched('"force was cut"', *records) == [0]
    assert matched('"force"', *records) == [0, 2]


def test_what_is_excluded_is_not_found():
    records = ("media and alarm", "alarm", "silence")
    assert matched("alarm -media", *records) == [1]
    assert matched("-media", *records) == [1, 2]
    assert matched('-"media and alarm" alarm', *records) == [1]
    assert matched("alarm -alarm", *records) == []


def test_a_name_in_capitals_begins_no_other_word():
    assert matched("UN", "UN force", "an unsolvable crisis") == [0]


def test_a_title_weighs_more_than_names_terms_statement_quotations_and_the_rest():
    parts = ["discussion", "quotations", "statement", "terms", "names", "title"]
    others = {"title": "other title", "names": "other", "terms": "some terms", "statement": "thing"}
    others |= {"quotations": "what was said", "discussion": "more words"}
    over = matcher(*({**others, part: f"{others[part]} alarm"} for part in parts))
    assert [parts[number] for number in ranked("alarm", over)] == parts[::-1]


def test_words_that_stand_together_come_before_words_far_apart():
    between = " ".join(f"word{number}" for number in range(20))
    apart, together = f"early {between} a warning", f"{between} a early warning"
    assert ranked("early warning", matcher(apart, together))[0] == 1


def test_what_has_all_the_words_comes_before_what_has_a_part_of_them():
    parts = {"title": "genocide warning", "statement": "genocide warning, genocide warning"}
    all_of_them = "genocide " + "and other things " * 30 + "warning mandate"
    over = matcher(parts, parts, all_of_them, "mandate", "silence")
    found = ranked("genocide warning mandate", over, relaxed=True)
    assert found[0] == 2
    assert sorted(found) == [0, 1, 2, 3]


def test_a_phrase_is_insisted_on_though_other_words_may_be_missing():
    over = matcher("early warning", "an early sign and a warning of war", "war")
    assert ranked('"early warning" war', over, relaxed=True) == [0]


def test_a_phrase_that_stands_nowhere_gives_way_to_the_other_words():
    over = matcher("early sign of war", "peace")
    assert ranked('"early warning" war', over, relaxed=True) == [0]
    assert ranked('"early warning"', over, relaxed=True) == []


def test_a_slip_in_a_word_nobody_wrote_is_forgiven_where_little_is_found():
    over = matcher("United Nations", "League of Nations", "Paul LaRose-Edwards")
    assert ranked("Unted Nations", over, relaxed=True)[0] == 0
    assert ranked("larose-edwrds", over, relaxed=True) == [2]


def test_a_word_of_the_same_family_will_do_where_little_is_found():
    assert ranked("intervention", matcher("We intervened.", "silence"), relaxed=True) == [0]


def test_exclusion_holds_where_some_of_the_words_will_do():
    over = matcher("early media", "early", "late")
    assert ranked("early warning -media", over, relaxed=True) == [1]


HOSTILE = ['"', "-", '-"', "or", ":*&|!()", "a" * 900, "- " * 400, '"' * 400, "*" * 900, "_", "()"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_search_is_an_error(text):
    over = matcher("alarm")
    assert ranked(text, over, relaxed=True) in ([], [0])


def test_a_pasted_page_is_ranked_by_its_rarest_words_only():
    texts = [f"word{number} word{number + 1} mandate" for number in range(MAX_WORDS)]
    over = matcher(*texts)
    words = read(" ".join(texts))
    assert len(over._telling(words)) == TELLING
    found = counted(over.searcher, over.relaxed(over.matching(words), words))
    assert 0 < found <= 2 * TELLING
