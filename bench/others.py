"""Datasette and Wagtail with the same rows, in an environment of the benchmark's own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from bench.servers import WORKERS, free_port, gunicorn, serving

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
MANY_VALUED = ("theme", "actor", "tag", "report", "country")
TEXTS = ("id", "kind", "title", "statement", "discussion", "quotations")
WAGTAIL_DATABASE = "hindsight_bench_wagtail"
ROWS = """
    SELECT json_build_object('id', r.id, 'kind', r.kind, 'title', r.title,
        'statement', r.statement, 'discussion', r.discussion,
        'quotations', coalesce((SELECT string_agg(c.exact, ' ') FROM lessons_citation c
            WHERE c.record_id = r.id), ''),
        'theme', ARRAY(SELECT t.slug FROM lessons_record_themes x
            JOIN lessons_theme t ON t.id = x.theme_id WHERE x.record_id = r.id),
        'tag', ARRAY(SELECT t.slug FROM lessons_recordtag x
            JOIN lessons_tag t ON t.id = x.tag_id WHERE x.content_object_id = r.id),
        'country', ARRAY(SELECT x.country_id FROM lessons_record_countries x
            WHERE x.record_id = r.id),
        'report', ARRAY(SELECT DISTINCT p.slug FROM lessons_citation c
            JOIN lessons_passage a ON a.id = c.passage_id
            JOIN lessons_report p ON p.id = a.report_id WHERE c.record_id = r.id),
        'actor', ARRAY(SELECT 'A-' || l.target_id FROM lessons_link l
            JOIN lessons_record t ON t.id = l.target_id AND t.kind = 'actor'
            WHERE l.source_id = r.id
            UNION SELECT 'A-' || l.source_id FROM lessons_link l
            JOIN lessons_record s ON s.id = l.source_id AND s.kind = 'actor'
            WHERE l.target_id = r.id))::text
    FROM lessons_record r WHERE r.status = 'published' ORDER BY r.id
"""


def install() -> str:
    """Install what is compared with; return why that is impossible, or nothing."""
    if PYTHON.exists() and not _run([str(PYTHON), "-c", "import datasette, wagtail"]):
        return ""
    return _run([sys.executable, "-m", "venv", str(VENV)]) or _run(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "-r", str(HERE / "requirements.txt")]
    )


def _run(command: list[str], **env: str) -> str:
    done = subprocess.run(
        command, cwd=HERE, env={**os.environ, **env}, capture_output=True, text=True
    )
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-500:] or "failed"


def write_rows(path: Path) -> None:
    """Write the published records as JSON lines."""
    with path.open("w", encoding="utf-8") as file, connection.cursor() as cursor:
        # Not COPY, whose text format would escape JSON's backslashes once more.
        cursor.execute(ROWS)
        while rows := cursor.fetchmany(2000):
            file.writelines(f"{row[0]}\n" for row in rows)


# Datasette


def fill_datasette(rows: Path, path: Path) -> None:
    """Write an SQLite database with an FTS5 table, as Datasette's documentation shows."""
    columns = [*TEXTS, *MANY_VALUED]
    base = sqlite3.connect(path)
    base.execute(f"CREATE TABLE records (id INTEGER PRIMARY KEY, {', '.join(columns[1:])})")
    with rows.open(encoding="utf-8") as lines:
        base.executemany(
            f"INSERT INTO records VALUES ({', '.join('?' * len(columns))})",  # noqa: S608
            (_flat(json.loads(line), columns) for line in lines),
        )
    base.execute(
        "CREATE VIRTUAL TABLE records_fts USING fts5(title, statement, discussion, quotations,"
        " content='records', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
    )
    base.execute("INSERT INTO records_fts(records_fts) VALUES ('rebuild')")
    base.execute("CREATE INDEX records_kind ON records (kind)")
    base.execute("ANALYZE")
    base.commit()
    base.close()


def _flat(row: dict[str, Any], columns: list[str]) -> list[Any]:
    return [json.dumps(row[c]) if c in MANY_VALUED else row[c] for c in columns]


def datasette_path(words: str) -> str:
    """Return the address of a page with twenty rows and the same six facets."""
    asked = [f"_search={words.replace(' ', '+')}", "_size=20", "_facet=kind"]
    return "/bench/records?" + "&".join([*asked, *(f"_facet_array={n}" for n in MANY_VALUED)])


@contextmanager
def datasette(path: Path) -> Iterator[list[int]]:
    """Serve with as many processes as the others have workers; yields their ports."""
    limits = {
        "sql_time_limit_ms": 60_000,
        "facet_time_limit_ms": 60_000,
        "default_facet_size": 100,
        "suggest_facets": 0,
        "default_cache_ttl": 0,
    }
    settings = [part for name, value in limits.items() for part in ("--setting", name, str(value))]
    with ExitStack() as stack:
        ports = []
        for _worker in range(WORKERS):
            port = free_port()
            command = [str(PYTHON), "-m", "datasette", "serve", "-i", str(path), "-p", str(port)]
            stack.enter_context(serving([*command, *settings], port, "/-/versions.json"))
            ports.append(port)
        yield ports


# Wagtail


def fill_wagtail(rows: Path) -> str:
    """Load and index the rows in a database of its own; return what went wrong, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {WAGTAIL_DATABASE}")
        cursor.execute(f"CREATE DATABASE {WAGTAIL_DATABASE}")
    return _run([str(PYTHON), "-m", "wagtail_site.fill", str(rows)], **_database())


def _database() -> dict[str, str]:
    asked = connection.get_connection_params()
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    held = {ours: str(asked[theirs]) for theirs, ours in names.items() if asked.get(theirs)}
    return {"BENCH_DATABASE": json.dumps({"NAME": WAGTAIL_DATABASE, **held})}


def wagtail_path(words: str) -> str:
    """Return the address of its page."""
    return f"/?q={words.replace(' ', '+')}"


@contextmanager
def wagtail() -> Iterator[list[int]]:
    """Serve with gunicorn; yields the port."""
    port = free_port()
    command = [str(PYTHON), "-m", "gunicorn", *gunicorn("wagtail_site.wsgi", port)]
    with serving(command, port, "/healthz", cwd=HERE, env=_database()):
        yield [port]
