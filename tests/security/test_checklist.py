"""The checklist names what there is: tests, files and settings; and every requirement once."""

import re

from django.conf import settings

from tests.test_docs import DOCS, ROOT, code_in, read_variables

TEXT = (DOCS / "security.md").read_text("utf-8")
# OWASP ASVS 5.0.0: how many requirements of levels 1 and 2 each section has.
NUMBER = re.compile(r"^\| v5\.0\.0-(\d+)\.(\d+)\.(\d+)(?: to \d+\.\d+\.(\d+))? \| ", re.MULTILINE)
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
    "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1,
    "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


def every_test() -> set[str]:
    texts = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"def (test_\w+)", text)}


def test_every_test_that_is_named_is_there() -> None:
    named = {one for one in code_in(TEXT) if one.startswith("test_")}
    assert len(named) > 50
    assert named <= every_test()


def test_every_file_that_is_named_is_there() -> None:
    files = {
        one for one in code_in(TEXT) if re.fullmatch(r"\.?[\w-]+(/[\w.-]+)+|\w+\.(txt|md)", one)
    }
    assert files
    assert [one for one in sorted(files) if not (ROOT / one).exists()] == []


def test_every_setting_that_is_named_is_there() -> None:
    named = {one for one in code_in(TEXT) if re.fullmatch(r"[A-Z][A-Z_]{4,}", one)}
    text = (ROOT / "config/settings.py").read_text("utf-8")
    read = read_variables()
    unknown = {
        one for one in named
        if not hasattr(settings, one) and one not in read and f'"{one}"' not in text
    }  # fmt: skip
    assert unknown - {"GUARDED"} == set()


def test_every_requirement_of_the_two_levels_is_answered_once() -> None:
    found: dict[str, list[int]] = {}
    for chapter, section, first, last in NUMBER.findall(TEXT):
        numbers = range(int(first), int(last or first) + 1)
        found.setdefault(f"{chapter}.{section}", []).extend(numbers)
    assert {name: len(numbers) for name, numbers in found.items()} == SECTIONS
    assert all(len(set(numbers)) == len(numbers) for numbers in found.values())


def test_it_ends_with_how_to_report_a_flaw() -> None:
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE)[-1] == "To report a flaw"
