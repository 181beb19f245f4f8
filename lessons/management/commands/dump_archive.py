"""``manage.py dump_archive``: everything in one documented file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from lessons import archive


class Command(BaseCommand):
    help = "Write all content, with history and files, to one zip archive (docs/archive.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="overwrite the file")
        parser.add_argument(
            "--with-accounts", action="store_true", help="take passwords along; keep it secret"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].absolute()
        if path.exists() and not options["force"]:
            raise CommandError(f"{path} exists. Choose another name, or overwrite it with --force.")
        try:
            manifest = archive.dump(path, accounts=options["with_accounts"])
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        for name in manifest["missing"]:
            self.stderr.write(f"The file {name} is named but not there; the archive lacks it too.")
        rows = sum(about["rows"] for about in manifest["models"].values())
        size = filesizeformat(path.stat().st_size)
        self.stdout.write(f"Wrote {path}: {rows} rows, {len(manifest['files'])} files, {size}.")
