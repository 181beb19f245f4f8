"""``make bench``: the goals of finding, measured on this machine in one run. See README.md."""

# ruff: noqa: PLC0415  (what needs Django is imported once it is set up)

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.figures import Report
    from bench.goals import Bench

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000, 1_000_000)
COMPARED_AT = 100_000
PARTS = ("finding", "exports", "importing")


def main() -> None:
    """Measure at every size asked for, in one database that grows."""
    asked = _arguments()
    folder = Path(asked.data or tempfile.mkdtemp(prefix="hindsight-bench-"))
    folder.chmod(0o711)  # started by root, PostgreSQL runs as somebody who must get in
    _prepare(folder)

    from bench.figures import Report

    report = Report()
    try:
        _measure(asked, folder, report)
    finally:
        report.write(Path(asked.output))
        if not asked.data:
            _take_down(folder)
    missed = [goal for goal in report.goals if not goal.holds]
    report.say(f"\n{len(report.goals) - len(missed)} of {len(report.goals)} figures hold.")
    for goal in missed:
        report.say(f"  {goal}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--without-million", action="store_true", help="Stop at 100,000 records.")
    parser.add_argument("--without-others", action="store_true", help="No Datasette, no Wagtail.")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="Some goals.")
    parser.add_argument("--data", help="Keep database and index in this folder.")
    parser.add_argument("--output", default=str(ROOT / "bench" / "last.json"))
    return parser.parse_args()


def _prepare(folder: Path) -> None:
    """Set up Django on a database of the benchmark's own."""
    sys.path.insert(0, str(ROOT))
    os.environ["HINDSIGHT_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.setdefault("HINDSIGHT_PG_KEEP", "1")
    os.environ.pop("HINDSIGHT_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_seeds")


def _take_down(folder: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command

    if settings.EMBEDDED_DATABASE:
        call_command("db", "stop", "--force")
    shutil.rmtree(folder, ignore_errors=True)


def _measure(asked: argparse.Namespace, folder: Path, report: Report) -> None:
    from bench.goals import Bench

    sizes = [size for size in sorted(asked.sizes) if size < SIZES[2] or not asked.without_million]
    report.say(_machine())
    bench = Bench(report, folder)
    for size in sizes:
        bench.grow(size)
        compared = size == COMPARED_AT or size == sizes[-1] < COMPARED_AT
        with_others = compared and not asked.without_others
        if "finding" in asked.only:
            _measure_finding(bench, compared=compared, with_others=with_others)
        if "exports" in asked.only:
            bench.exports(with_others=with_others)
    bench.growth()
    if "importing" in asked.only:
        bench.importing()


def _measure_finding(bench: Bench, *, compared: bool, with_others: bool) -> None:
    bench.index()
    bench.inside()
    bench.pages()
    bench.insights()
    if compared:
        bench.naive()
    if with_others:
        bench.others()


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("ascii").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else "unknown processor"
    load = os.getloadavg()[0]
    busy = " (busy: upper bounds)" if load > 1 else ""
    return f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} × {model}, load {load:.1f}{busy}"


if __name__ == "__main__":
    main()
