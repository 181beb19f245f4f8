"""The documentation says what the code does: the truth is computed, then looked for."""

import ast
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from lessons import urls
from lessons.exporters import FORMATS
from lessons.exporters.rows import COLUMNS
from lessons.models import Kind, Status
from lessons.search import SORTS, Filters

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SKIPPED = {".git", ".venv", ".data", "staticfiles", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts)
)


def rows_of(name: str, heading: str) -> list[list[str]]:
    """Return the cells of the table whose first column is called ``heading``."""
    lines = (DOCS / name).read_text("utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return table


def code_in(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


# Configuration


def read_variables() -> dict[str, Any]:
    """Return each environment variable the code reads, with its default where that is a literal."""
    found: dict[str, Any] = {}
    for tree in ("accounts", "config", "lessons"):
        for path in (ROOT / tree).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _asks_environment(node):
                    default = {k.arg: k.value for k in node.keywords}.get("default")
                    literal = default.value if isinstance(default, ast.Constant) else ...
                    found.setdefault(ast.literal_eval(node.args[0]), literal)
    return found


def _asks_environment(node: ast.Call) -> bool:
    asked = ast.unparse(node.func)
    reading = re.fullmatch(r"env\.\w+|os\.environ\.get|os\.getenv", asked)
    return bool(reading and node.args) and isinstance(node.args[0], ast.Constant)


def documented_variables() -> dict[str, str]:
    return {code_in(row[0])[0]: row[1] for row in rows_of("configuration.md", "variable")}


def test_every_variable_that_is_read_is_documented_and_no_other() -> None:
    assert set(documented_variables()) == set(read_variables())


def test_the_defaults_are_those_of_the_code() -> None:
    documented = documented_variables()
    for name, default in read_variables().items():
        if default is ... or default == "":
            continue
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert documented[name] == f"`{shown}`", name


# Commands


def our_commands() -> set[str]:
    return {name for name, app in get_commands().items() if app == "lessons"}


def test_every_command_is_documented_and_no_other() -> None:
    text = (DOCS / "commands.md").read_text("utf-8")
    documented = set(re.findall(r"`manage\.py (\w+)", text))
    assert documented == our_commands()


def test_every_subcommand_and_option_of_the_database_is_documented() -> None:
    documented = dict(
        re.findall(r"`manage\.py db (\w+)([^`]*)`", (DOCS / "commands.md").read_text())
    )
    parser = load_command_class("lessons", "db").create_parser("manage.py", "db")
    (verbs,) = [a.choices for a in parser._actions if a.dest == "verb"]
    assert set(documented) == set(verbs)
    common = {option for action in parser._actions for option in action.option_strings}
    for verb, its_parser in verbs.items():
        options = {o for a in its_parser._actions for o in a.option_strings if o.startswith("--")}
        assert set(re.findall(r"--[\w-]+", documented[verb])) == options - common, verb


def test_the_targets_that_are_documented_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`make (\w+)`", page.read_text("utf-8")))
        assert named <= targets, page.name


# Addresses


def documented_addresses() -> list[str]:
    return [address for row in rows_of("urls.md", "address") for address in code_in(row[0])]


def test_every_address_of_lessons_is_documented() -> None:
    documented = {resolve(address).url_name for address in documented_addresses()}
    assert {pattern.name for pattern in urls.urlpatterns} <= documented


def test_every_address_that_is_documented_leads_somewhere() -> None:
    for address in documented_addresses():
        try:
            found = resolve(address)
        except Resolver404:
            found = None
        assert found, address
        assert "catch_all" not in found.func.__name__, address


def test_every_list_and_every_format_is_documented() -> None:
    addresses = documented_addresses()
    for kind in Kind:
        assert f"/{kind.plural}/" in addresses
    assert "/records/" in addresses
    spans = code_in((DOCS / "urls.md").read_text("utf-8"))
    for suffix in FORMATS:
        assert f".{suffix}" in spans


def test_every_parameter_of_a_list_is_documented_and_no_other() -> None:
    parameters = [name for row in rows_of("urls.md", "parameter") for name in code_in(row[0])]
    assert parameters == [field.name for field in fields(Filters)]


@pytest.mark.parametrize(
    ("parameter", "values"),
    [("kind", Kind.values), ("status", Status.values), ("sort", list(SORTS))],
)
def test_the_values_of_a_parameter_are_documented(parameter: str, values: list[str]) -> None:
    (row,) = [row for row in rows_of("urls.md", "parameter") if parameter in code_in(row[0])]
    assert [one for one in code_in(row[1]) if not one.startswith("/")] == values


def test_repeatable_parameters_are_marked() -> None:
    for row in rows_of("urls.md", "parameter"):
        for name in code_in(row[0]):
            repeatable = isinstance(getattr(Filters(), name), tuple)
            assert row[0].endswith("*") == repeatable, name


def test_the_columns_that_are_explained_exist() -> None:
    text = (DOCS / "urls.md").read_text("utf-8").partition("## Columns of an export")[2]
    explained = {span for span in code_in(text) if re.fullmatch(r"[a-z_]+", span)}
    assert explained
    assert explained <= set(COLUMNS)


def test_every_library_we_need_is_named_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.match(r"[\w-]+", one)[0] for one in project["dependencies"]}
    text = (ROOT / "THIRD_PARTY.md").read_text("utf-8").partition("## Libraries")[2]
    assert set(re.findall(r"^\| ([\w-]+) \| \S", text, re.MULTILINE)) - {"library"} == needed


# Links, decisions


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _hash, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors_of(target), link


def test_decisions_are_numbered_in_a_row_and_listed() -> None:
    decisions = sorted(path.name for path in (DOCS / "adr").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in decisions] == list(range(1, len(decisions) + 1))
    listed = (DOCS / "adr" / "README.md").read_text("utf-8")
    for number, name in enumerate(decisions, start=1):
        title = (DOCS / "adr" / name).read_text("utf-8").splitlines()[0]
        assert re.match(r"# \S", title), name
        assert re.search(rf"^{number}\. \[.+\]\({re.escape(name)}\)$", listed, re.MULTILINE), name


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for page in DOCS.glob("*.md"):
        assert f"docs/{page.name}" in readme
