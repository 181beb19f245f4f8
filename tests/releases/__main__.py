"""``python -m tests.releases VERSION``: keep what a database of this release looks like."""

import json
import lzma
import sys
from pathlib import Path

from .apart import installation, manifest

HERE = Path(__file__).resolve().parent


def fill() -> None:
    """Write something of everything: by the seeds, by a program, and by the verbs."""
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from accounts.models import Role
    from lessons import collecting, curation, jobs, merging, reviewing
    from lessons.importers import corpus
    from lessons.ingest import uploads
    from lessons.models import Kind
    from tests.factories import make_published, make_record, make_user
    from tests.importers.tables.importing import imported, lesson

    call_command("load_seeds", verbosity=0)
    corpus.TAGS = 50  # else their history is most of the file
    corpus.load(40, 1, seed=1)
    author, reviewer = (make_user(role) for role in (Role.ANALYST, Role.REVIEWER))
    one = make_published(tags=["mandate"], by=author)
    actor, failure = make_published(Kind.ACTOR, aliases=["UN"]), make_published(Kind.FAILURE)
    curation.link(actor, "failed_in", failure, by=reviewer)
    curation.claim_uptake(one, by=reviewer, claim="accepted", date="2000-01-01", claimed_by="A",
                          url="https://a.example")  # fmt: skip
    reviewing.comment(one, "Why?", by=reviewer)
    merging.merge(make_published(), make_published(), by=reviewer)
    curation.withdraw(make_published(), by=reviewer, reason="It says the opposite.")
    curation.discard(make_record(), by=None)  # a number that is not given again
    collecting.collect(collecting.make_list("Mine", by=author), one, by=author)
    imported([lesson(), lesson(title="Another", statement="Else.")], by=author)
    uploads.receive(ContentFile(b"A report.\n\nIts second paragraph."), "report.txt", by=author)
    jobs.cancel(jobs.start("check import", by=author, title="Looking", number=1), by=author)


def main() -> None:
    """Write VERSION.tar.xz and VERSION.json beside this file."""
    version = sys.argv[1]
    with installation() as folder:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill()
        call_command("db", "backup", str(folder / "backup"))
        packed = lzma.compress((folder / "backup").read_bytes(), preset=lzma.PRESET_EXTREME)
        (HERE / f"{version}.tar.xz").write_bytes(packed)
        told = json.dumps(manifest(folder), indent=1, sort_keys=True)
        (HERE / f"{version}.json").write_text(told + "\n", "utf-8")


if __name__ == "__main__":
    main()
