"""How well the rules suggest, beside what people marked (``make suggest-eval``).

Three gold sets: NASA's and SAFECOM's reports annotated for mika, the excerpt in ``seeds/``, and the
findings sections of NTSB reports. A candidate is right if it overlaps a span marked with its kind;
a span is found if a candidate of its kind overlaps it. What nobody marked counts as wrong, although
the annotators marked only some of what is there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from lessons.suggesting import ACTOR, FAILURE, LESSON, RECOMMENDATION, Candidate, Cue, Lexicon, read

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ROOT.parent / "shared" / "data"
# mika's labels: cause, effect and recommendation; those of controls and modes have no kind of ours.
WRAPPED = 60  # characters: a shorter line ends its paragraph
Span = tuple[int, int]
LABELS = {"CAU": FAILURE, "EFF": FAILURE, "REC": RECOMMENDATION}
FINDINGS = re.compile(r"(?im)^(?:probable cause(?: and findings)?|findings)\s*$")


@dataclass
class Text:
    """A passage for the rules, with the spans that people marked, by kind."""

    text: str
    part: str = ""
    section_path: Sequence[str] = ()
    gold: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    held_out: bool = False


@dataclass
class Score:
    """Counts of one kind: spans marked, found, and shown as whatever statement; candidates
    proposed and right."""

    marked: int = 0
    found: int = 0
    shown: int = 0
    proposed: int = 0
    right: int = 0

    def add(
        self,
        spans: Sequence[Span],
        candidates: Sequence[Candidate],
        others: Sequence[Candidate] = (),
    ) -> None:
        """Count the spans of one passage, its candidates and those of other kinds."""
        self.marked += len(spans)
        self.proposed += len(candidates)
        self.found += sum(any(_overlap(one, c) for c in candidates) for one in spans)
        self.shown += sum(any(_overlap(one, c) for c in (*candidates, *others)) for one in spans)
        self.right += sum(any(_overlap(one, c) for one in spans) for c in candidates)


def _overlap(span: Span, candidate: Candidate) -> bool:
    return span[0] < candidate.end and candidate.start < span[1]


def cues(language: str, path: Path = ROOT / "seeds" / "cues.toml") -> list[Cue]:
    """Return the cues of a language that come with Hindsight."""
    groups = tomllib.loads(path.read_text("utf-8"))["cues"]
    return [
        Cue(phrase, group.get("kind", ""), group["use"], group.get("strength", 0.5))
        for group in groups
        if group["language"] == language
        for phrase in group["phrases"]
    ]


def mika(path: Path) -> list[Text]:
    """Return mika's texts, each once with what all its annotators marked.

    A record belongs to the held-out half if the last byte of the MD5 of its id is odd.
    """
    texts: dict[str, Text] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        digest = hashlib.md5(str(row["record_id"]).encode(), usedforsecurity=False).digest()
        found = texts.setdefault(row["text"], Text(row["text"], row["part"]))
        found.held_out = digest[-1] % 2 == 1
        for span in row["spans"]:
            if kind := LABELS.get(span["label"]):
                found.gold[kind].append((span["start"], span["end"]))
    return list(texts.values())


def excerpt(folder: Path) -> list[Text]:
    """Return the passages of a seeded report with the quotations its records rest on."""
    passages = (folder / "passages.txt").read_text("utf-8").split("\n\n")
    texts = [Text(one.strip("\n"), "excerpt") for one in passages]
    for kind, entries in tomllib.loads((folder / "records.toml").read_text("utf-8")).items():
        for cited in (c for entry in entries for c in entry.get("citations", [])):
            text = texts[cited["passage"] - 1]
            start = text.text.index(cited["exact"])
            text.gold[kind].append((start, start + len(cited["exact"])))
    return texts


def ntsb(folder: Path) -> list[list[Text]]:
    """Return each report's passages; gold is what stands under its heading of findings."""
    return [_with_findings(_pdf_text(path)) for path in sorted(folder.glob("*.pdf"))]


def _pdf_text(path: Path) -> str:
    pages = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r", "")


def _with_findings(whole: str) -> list[Text]:
    """Cut a text at its headings; the lines under that of findings are marked as failures."""
    found: list[Text] = []
    section = ""
    for block in re.split(r"\n(?=[A-Z][A-Za-z/ ]{3,60} ?\n)", whole):
        title, _newline, rest = block.partition("\n")
        section = title.strip()
        findings = bool(FINDINGS.match(section))
        for line in _paragraphs(rest):
            text = Text(line, "ntsb", [section])
            states = not re.match(r"Occurrence|Phase|Page \d|-+$|Findings$", line)
            if findings and states and not line.endswith(":"):
                text.gold[FAILURE].append((0, len(line)))
            found.append(text)
    return found


def _paragraphs(block: str) -> Iterator[str]:
    """Yield the lines of ``block``, those that were wrapped put together."""
    kept = ""
    for line in map(str.strip, block.splitlines()):
        if kept and (
            len(kept) < WRAPPED or kept.endswith((".", ":")) or re.match(r"\d+\.|Page ", line)
        ):
            yield kept
            kept = ""
        kept = f"{kept} {line}".strip()
    if kept:
        yield kept


def evaluate(
    texts: Iterable[Text],
    lexicon: Lexicon,
    kinds: Sequence[str],
    *,
    whole: bool = False,
    within: re.Pattern[str] | None = None,
) -> dict[str, Score]:
    """Return the scores by kind; the texts are one report if ``whole``, else each is one.

    With ``within`` only passages under a heading that it matches are counted.
    """
    texts = list(texts)
    scores = {kind: Score() for kind in kinds}
    for run in [texts] if whole else [[one] for one in texts]:
        found: dict[int, list[Candidate]] = defaultdict(list)
        for one in read(run, lexicon):
            found[one.position].append(one)
        for position, text in enumerate(run):
            if within and not any(within.match(title) for title in text.section_path):
                continue
            for kind in kinds:
                own = [one for one in found[position] if one.kind == kind]
                others = [one for one in found[position] if one.kind not in {kind, ACTOR}]
                scores[kind].add(text.gold[kind], own, others)
    return scores


def _row(title: str, scores: dict[str, Score]) -> Iterator[str]:
    for kind, one in scores.items():
        yield (
            f"| {title} | {kind} | {_share(one.found, one.marked)} "
            f"| {_share(one.right, one.proposed)} | {_share(one.shown, one.marked)} |"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "–"


def _sum(scores: Iterable[dict[str, Score]]) -> dict[str, Score]:
    total: dict[str, Score] = defaultdict(Score)
    for one in scores:
        for kind, score in one.items():
            for name, value in vars(score).items():
                setattr(total[kind], name, getattr(total[kind], name) + value)
    return total


def report(beside: Path, *, by_part: bool) -> Iterator[str]:
    """Yield the lines of a table: set, kind, recall, precision, and recall as any statement."""
    lexicon = Lexicon(cues("en"))
    yield "| set | kind | recall | precision | shown as any kind |"
    yield "|---|---|---|---|---|"
    if (spans := beside / "mika" / "spans.jsonl").exists():
        yield from _mika_rows(mika(spans), lexicon, by_part=by_part)
    for folder in sorted((ROOT / "seeds" / "reports").iterdir()):
        kinds = (LESSON, FAILURE, ACTOR)
        yield from _row(folder.name, evaluate(excerpt(folder), lexicon, kinds, whole=True))
    if (folder := beside / "ntsb-pdf").exists():
        reports = ntsb(folder)
        for title, within in (("NTSB, findings", FINDINGS), ("NTSB, whole reports", None)):
            scores = (evaluate(r, lexicon, (FAILURE,), whole=True, within=within) for r in reports)
            yield from _row(title, _sum(scores))


def _mika_rows(texts: Sequence[Text], lexicon: Lexicon, *, by_part: bool) -> Iterator[str]:
    both = (FAILURE, RECOMMENDATION)
    for held in (False, True):
        half = [one for one in texts if one.held_out == held]
        name = "mika, held out" if held else "mika, tuned on"
        yield from _row(name, evaluate(half, lexicon, both))
        for part in sorted({one.part for one in half}) if by_part else ():
            own = [one for one in half if one.part == part]
            yield from _row(f"{name}, {part}", evaluate(own, lexicon, both))


def main(args: Any = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=BESIDE)
    parser.add_argument("--by-part", action="store_true")
    given = parser.parse_args(args)
    for line in report(given.data, by_part=given.by_part):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
