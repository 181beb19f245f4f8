"""The rules of the house that no tool checks for us: layers, sizes, docstrings, templates."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import is_psycopg3

ROOT = Path(__file__).resolve().parent.parent
TREES = ("accounts", "config", "lessons")
# From the foundation up: a module may import what stands in a layer below its own, and in its own
# layer only what belongs to the same package.
LAYERS = (
    ("accounts",),
    ("lessons.models", "lessons.replica"),
    ("lessons.search", "lessons.permissions", "lessons.citing", "lessons.chain",
     "lessons.folding", "lessons.wording", "lessons.sentences", "lessons.sandbox",
     "lessons.drawing", "lessons.use", "lessons.outages", "lessons.backups", "lessons.files"),
    ("lessons.tagging", "lessons.theming", "lessons.suggesting", "lessons.jobs"),
    ("lessons.evidence", "lessons.curation", "lessons.coverage"),
    ("lessons.history", "lessons.quoting", "lessons.reviewing", "lessons.describing",
     "lessons.conflicts", "lessons.merging", "lessons.collecting"),
    ("lessons.bulk", "lessons.suggestions", "lessons.alerts"),
    ("lessons.exporters",),
    ("lessons.ingest", "lessons.importers", "lessons.archive", "lessons.feeds"),
    ("lessons.insights",),
    ("lessons.forms", "lessons.converters"),
    ("lessons.views", "lessons.api", "lessons.oai", "lessons.admin", "lessons.templatetags",
     "lessons.management.commands"),
    ("lessons.urls", "config"),
)  # fmt: skip
OUTSIDE = {"lessons", "lessons.apps", "lessons.management"}  # hold nothing
MAX_MODULE, MAX_FUNCTION, MEDIAN_FUNCTION = 400, 60, 10


@cache
def modules() -> dict[str, tuple[Path, ast.Module]]:
    """Return our modules by name, without migrations."""
    found = {}
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[name] = (path, ast.parse(path.read_text("utf-8")))
    return found


def imported_by(name: str) -> set[str]:
    """Return which of our modules ``name`` imports, wherever in its text."""
    path, tree = modules()[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - (node.level - 1)]
            parts = [*(above if node.level else []), *([node.module] if node.module else [])]
            base = ".".join(parts)
            inner = {f"{base}.{alias.name}" for alias in node.names}
            modules_meant = inner & set(modules())
            found |= modules_meant
            if len(modules_meant) < len(inner):
                found.add(base)
    return {one for one in found if one in modules()} - {name}


def place(name: str) -> tuple[int, str]:
    """Return the layer a module stands in, and the package it belongs to there."""
    for number, packages in enumerate(LAYERS):
        for package in packages:
            if name == package or name.startswith(f"{package}."):
                return number, package
    raise AssertionError(f"{name} stands in no layer: say in LAYERS which")


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, (_path, tree) in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("name", [name for name in modules() if name not in OUTSIDE])
def test_imports_go_down(name: str) -> None:
    layer, package = place(name)
    for other in imported_by(name) - OUTSIDE:
        below, its_package = place(other)
        same = (below, its_package) == (layer, package)
        assert below < layer or same, f"{name} imports {other}"


def test_no_module_imports_itself_over_others() -> None:
    graph = {name: imported_by(name) for name in modules()}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join((*way, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_readers_and_writers_of_files_know_no_django() -> None:
    for name, (path, tree) in modules().items():
        if path.name.startswith(("from_", "to_")):
            for node in ast.walk(tree):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    asked = [getattr(node, "module", None) or "", *(a.name for a in node.names)]
                    assert not any(one.split(".")[0] in {"django", *TREES} for one in asked), name


def test_modules_are_short() -> None:
    everything = [*(path for path, _tree in modules().values()), *(ROOT / "tests").rglob("*.py")]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in everything
        if (lines := len(path.read_text("utf-8").splitlines())) > MAX_MODULE
    }
    assert not long


def test_functions_are_short() -> None:
    lengths = {f"{name}.{node.name}": length(node) for name, node in functions()}
    assert not {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION}
    assert statistics.median(length(node) for _name, node in functions()) <= MEDIAN_FUNCTION


def test_no_module_is_a_drawer_for_anything() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common", "tools", "signals"}
    assert not {name for name in modules() if name.rpartition(".")[2] in drawers}


def test_nothing_happens_by_signals() -> None:
    for name, (_path, tree) in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                asked = {f"{node.module}.{alias.name}" for alias in node.names}
                assert not any("signals" in one or "dispatch" in one for one in asked), name


# What Django's own base class says already.
BOILERPLATE = ("AppConfig", "BaseCommand", "ModelAdmin", "KindAdmin", "UserAdmin", "Inline",
               "FormSet", "QuerySet")  # fmt: skip


def needs_docstring(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return not node.name.startswith("_")
    if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
        return False
    bases = [ast.unparse(base).partition("[")[0] for base in node.bases]
    return not any(base.endswith(BOILERPLATE) for base in bases)


@pytest.mark.parametrize("name", modules())
def test_what_is_public_says_what_it_is_for(name: str) -> None:
    path, tree = modules()[name]
    if path.name == "apps.py" or not tree.body:
        return
    assert ast.get_docstring(tree), f"{name} has no docstring"
    silent = [n.name for n in tree.body if needs_docstring(n) and not ast.get_docstring(n)]
    assert not silent


# Templates

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Names, and what a person who reads no English must still find.
UNTRANSLATED = {"Hindsight", "English", "Français"}
BILINGUAL = {"500.html", "unreachable.html"}  # shown when nothing works, translations included
SHOWN_ATTRIBUTES = re.compile(r'\b(?:alt|title|placeholder|aria-label|label|content)="([^"]*)"')


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_hold_no_style_and_no_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=|<style", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text
    assert "autoescape off" not in text


def words_of(template: str) -> list[str]:
    """Return the words a template shows that no translation reaches."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", template, flags=re.DOTALL)
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block (body_class|live_search) %}.*?{% endblock %}", "", text)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"<meta (?!name=\"description\")[^>]*>|<!DOCTYPE[^>]*>", "", text)
    shown = " ".join(SHOWN_ATTRIBUTES.findall(text))
    bare = re.sub(r"&[a-z]+;", "", re.sub(r"<[^>]*>", " ", text))
    return re.findall(r"[^\W\d_]+", f"{shown} {bare}")


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    if relative(path) not in BILINGUAL:
        assert set(words_of(path.read_text("utf-8"))) <= UNTRANSLATED


def test_the_search_for_untranslated_words_finds_them() -> None:
    assert words_of('<p title="One">Two {{ x }}{% if a %}Three{% endif %}</p>') == [
        "One", "Two", "Three",
    ]  # fmt: skip
    assert not words_of(
        '{% translate "One" %}{# Two #}{% blocktranslate %}Three{% endblocktranslate %}'
    )


# What we rest on


def test_one_driver_speaks_to_postgresql() -> None:
    """Two drivers side by side would differ in types and in server-side cursors."""
    assert is_psycopg3 is False


@pytest.mark.parametrize(
    "name", [f"requirements{one}.txt" for one in ("", "-dev", "-semantic", "-scale")]
)
def test_each_requirement_is_pinned_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    logical = text.replace("\\\n", " ").splitlines()
    requirements = [line for line in logical if line.strip() and not line.strip().startswith("#")]
    assert requirements
    for line in requirements:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==\S+ ", line, re.IGNORECASE), line
        assert "--hash=sha256:" in line, line


def test_each_dependency_says_why_it_is_here() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    for dependency in wanted:
        for line in [one for one in text.splitlines() if f'"{dependency}"' in one]:
            assert re.search(r",\s+# \w", line), dependency


SKIPPED = {".git", ".venv", ".data", "staticfiles", "__pycache__", "node_modules", ".hypothesis",
           ".mypy_cache", ".pytest_cache", ".ruff_cache"}  # fmt: skip
# In halves, so that this file is not found itself.
FORBIDDEN = ("/wo" "rk/", "/ro" "ot/", "/home/" "user", "pypi" ".org", "files.python" "hosted",
             "registry.np" "mjs", "npm" "js.com")  # fmt: skip


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = []
    for path in ROOT.rglob("*"):
        if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts):
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found += [(str(path.relative_to(ROOT)), one) for one in FORBIDDEN if one in text]
    assert not found
