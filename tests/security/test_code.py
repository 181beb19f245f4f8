"""What the code must not do, read from the code itself."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.test_house import ROOT, modules

# Where text becomes markup: each escapes piece by piece, which its own tests show.
MARKUP = {
    "lessons.templatetags.lists", "lessons.views.citation", "lessons.drawing",
    "lessons.search.highlights",
}  # fmt: skip
# What opens an address somewhere else. `requests` serves allauth's single sign-on, whose address
# the operator sets; of it we take the name of its failure, to say that nobody answers.
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "http.client", "urllib.request", "ftplib",
           "smtplib", "pycurl", "socket"}  # fmt: skip
ALLOWED = {
    ("accounts.single_sign_on", "requests.RequestException"),
    ("lessons.alerts.sending", "smtplib"),  # the name of a failure
    ("lessons.management.commands.demo", "socket"),  # is the port taken?
}
DANGEROUS = {"eval", "exec", "compile", "__import__"}
UNSAFE_READERS = {"pickle", "marshal", "shelve", "dill", "yaml", "xml.etree", "xml.dom", "xml.sax"}


def imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@cache
def calls(tree: ast.Module) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def ours() -> list[tuple[str, ast.Module]]:
    trees = ("lessons", "accounts")
    return [(n, tree) for n, (_path, tree) in modules().items() if n.split(".")[0] in trees]


def of(names: set[str], one: str) -> bool:
    return any(one == name or one.startswith(f"{name}.") for name in names)


def test_no_address_that_somebody_gives_is_ever_asked_for() -> None:
    found = {(name, one) for name, tree in ours() for one in imports(tree) if of(CLIENTS, one)}
    assert found == ALLOWED
    assert not [name for name, tree in ours() if any("urlopen" in c for c in calls(tree))]


def test_text_becomes_markup_in_the_named_modules_alone() -> None:
    assert {name for name, tree in ours() if {"mark_safe", "SafeString"} & calls(tree)} == MARKUP
    for page in (ROOT / "templates").rglob("*.*"):
        text = page.read_text("utf-8")
        assert not re.search(r"\|\s*safe(seq)?\b", text), page
        assert page.suffix == ".txt" or "autoescape" not in text, page


def test_nothing_that_somebody_sends_is_executed() -> None:
    for name, tree in ours():
        assert not calls(tree) & DANGEROUS, name
        shell = [n for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg == "shell"]
        assert not shell, name
        assert "os.system" not in calls(tree), name


def test_nothing_reads_what_could_make_objects_or_follow_entities() -> None:
    found = {(n, one) for n, tree in ours() for one in imports(tree) if of(UNSAFE_READERS, one)}
    # Writes XML; reads none.
    assert {name for name, _one in found} <= {"lessons.oai.writing"}
    parsers = [
        (name, node) for name, tree in ours() for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("XMLParser", "iterparse"))
    ]  # fmt: skip
    for name, node in parsers:
        told = {one.arg: ast.unparse(one.value) for one in node.keywords}
        assert told.get("resolve_entities") == "False", name
        assert told.get("no_network", "True") == "True", name


def test_scripts_put_no_text_in_as_markup() -> None:
    for script in (ROOT / "static/js").glob("*.js"):
        text = Path(script).read_text("utf-8")
        assert not re.search(r"document\.write|insertAdjacentHTML|\beval\(|new Function", text), (
            script
        )
