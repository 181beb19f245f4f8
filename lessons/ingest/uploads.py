"""The verbs of uploads: a file comes in, a job reads it, and a person confirms what it is.

Nothing is a report before it is confirmed. A file is kept under the SHA-256 of what is in it, never
under a name that somebody chose, so the same file is recognised and kept once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import evidence, files, jobs, sandbox, suggestions
from lessons.evidence import PassageText, Reanchored
from lessons.models import Access, Country, Job, Report, Upload
from lessons.models.history import told
from lessons.models.uploads import KEPT
from lessons.permissions import require

from . import reading, sections
from .describing import described
from .document import Document

# What is read, by how its name ends.
SUFFIXES = (".pdf", ".docx", ".odt", ".html", ".htm", ".xhtml", ".md", ".markdown", ".txt")
READ = "read upload"


class AlreadyHere(ValidationError):
    """The same file is a report already, or on its way; ``found`` is which."""

    def __init__(self, found: Report | Upload) -> None:
        text = _("This file is already here: “%(title)s”.") % {"title": str(found)}
        super().__init__(text, code="already_here")
        self.found = found


@transaction.atomic
def receive(file: File, name: str, *, by: Any, report: Report | None = None) -> Upload:
    """Keep a file and let a job read it, for a new report or a new text of ``report``.

    Raises AlreadyHere, ValidationError for a kind of file that nobody reads or one that is too
    large or finds no room, PermissionDenied if ``by`` may not add (or change) reports.
    """
    require(by, "change_report" if report else "add_report")
    name = PurePath(name.replace("\\", "/")).name[-255:]
    check_kind(name)
    check_size(file.size)
    sha256 = digest(file)
    check_new(sha256, report)
    about = {"file": _keep(file, sha256, name), "name": name, "size": file.size, "created_by": by}
    upload, made = Upload.objects.get_or_create(sha256=sha256, report=report, defaults=about)
    if not made:
        raise AlreadyHere(upload)
    return read_again(upload, by=by)


@transaction.atomic
def read_again(upload: Upload, *, by: Any) -> Upload:
    """Let a job read an upload, also one that could not be read before."""
    require(by, "change_report" if upload.report else "add_report")
    title = _("Reading “%(name)s”") % {"name": upload.name}
    job = jobs.start(READ, by=by, title=title, upload=upload.pk)
    Upload.objects.filter(pk=upload.pk).update(job=job)
    upload.job = job
    return upload


def check_kind(name: str) -> None:
    """Raise ValidationError unless files of this name are read."""
    if not name.lower().endswith(SUFFIXES):
        raise ValidationError(
            _("“%(name)s” is of a kind that is not read here. These are: %(kinds)s.")
            % {"name": name, "kinds": ", ".join(SUFFIXES)},
            code="kind",
        )


def check_size(size: int) -> None:
    """Raise ValidationError for an empty file, or one larger than ``settings.MAX_UPLOAD``."""
    if not size:
        raise ValidationError(_("This file is empty."), code="empty")
    if size > settings.MAX_UPLOAD:
        raise ValidationError(
            _("This file is larger than %(limit)s.")
            % {"limit": filesizeformat(settings.MAX_UPLOAD)},
            code="too_large",
        )


def check_new(sha256: str, report: Report | None = None) -> None:
    """Raise AlreadyHere for a file that is a report, or waits to become one.

    A report's own file may be read again for a new text of it.
    """
    known = Report.objects.filter(file_sha256=sha256).first()
    found = (known if known != report else None) or Upload.objects.filter(
        sha256=sha256, report=report
    ).first()
    if found:
        raise AlreadyHere(found)


def digest(file: File) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()


def _keep(file: File, sha256: str, name: str) -> str:
    """Keep a file under its checksum; return the name it has in the storage."""
    kept = f"reports/{sha256}{PurePath(name).suffix.lower()}"
    try:
        if not default_storage.exists(kept) or default_storage.size(kept) != file.size:
            default_storage.delete(kept)  # what a crash left half written
            kept = default_storage.save(kept, file)
    except OSError as error:
        raise ValidationError(
            _(
                "The server cannot keep this file: %(reason)s. "
                "Tell whoever runs it, and try again once there is room."
            )
            % {"reason": error.strerror or type(error).__name__},
            code="no_room",
        ) from error
    return kept


def read_upload(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Read an upload: the handler of its job."""
    upload = Upload.objects.get(pk=job.parameters["upload"])
    progress(0, None, _("Reading the file"))
    document = _read(upload, partial(_heed, progress))
    progress(0, None, _("Cutting the text into passages"))
    passages = passages_of(document)
    upload.document = _as_json(document)
    upload.passages = [asdict(one) for one in passages]
    upload.save(update_fields=["document", "passages"])
    progress(len(passages), len(passages))
    return {"address": upload.get_absolute_url()}


def _heed(progress: jobs.Progress, done: int, total: int | None) -> None:
    progress(done, total, _("Reading the pages") if total else _("Reading the file"))


def _read(upload: Upload, heed: sandbox.Heed) -> Document:
    with upload.file.open() as file:
        if digest(file) != upload.sha256:
            raise ValidationError(_("The file was damaged here. Upload it again."))
    with files.local(upload.file) as path:
        return read(path, upload.name, heed)


def read(path: Path, name: str, heed: sandbox.Heed = sandbox.unheeded) -> Document:
    """Read a document; raises ValidationError that says why it cannot be read."""
    try:
        return reading.read(path, name, heed=heed)
    except sandbox.Refused as refused:
        raise ValidationError(refused.message.said(_), code="refused") from refused


def passages_of(document: Document) -> list[PassageText]:
    """Return a document's passages; raises ValidationError if it holds no text."""
    found = [
        PassageText(
            one.text, tuple(name[:300] for name in one.section_path), one.page, one.page_label[:20]
        )
        for one in sections.passages(document)
    ]
    if not found:
        raise ValidationError(
            _("No text was found in this file: it may be a scan, of pictures of pages."),
            code="no_text",
        )
    return found


def _as_json(document: Document) -> dict[str, Any]:
    return {
        "metadata": asdict(document.metadata),
        "page_count": document.page_count,
        "warnings": [one.said(_) for one in document.warnings],
    }


def stored_passages(upload: Upload) -> list[PassageText]:
    """Return the passages that were read in an upload."""
    return [
        PassageText(**{**one, "section_path": tuple(one["section_path"])})
        for one in upload.passages
    ]


@transaction.atomic
def confirm(
    upload: Upload,
    *,
    by: Any,
    countries: Iterable[Country] = (),
    suggest: bool = False,
    **fields: Any,
) -> Report:
    """Make a report of an upload, described by ``fields``, and if ``suggest`` let a job look for
    suggestions in it; raises as `evidence.add_report` and `suggestions.look_later`."""
    upload = _locked(upload)
    check_read(upload)
    report = evidence.add_report(
        stored_passages(upload),
        by=by,
        countries=countries,
        file=upload.file.name,
        file_sha256=upload.sha256,
        **fields,
    )
    upload.delete()
    if suggest:
        suggestions.look_later(report, by=by)
    return report


@dataclass(frozen=True)
class Taken:
    """What was taken in without a look: title, number of passages, and address if it was added."""

    title: str
    passages: int
    address: str = ""


@transaction.atomic
def take_in(
    file: File,
    path: Path,
    *,
    by: Any,
    access: Access = Access.PUBLIC,
    dry_run: bool = False,
    suggest: bool = False,
    heed: sandbox.Heed = sandbox.unheeded,
) -> Taken:
    """Read a file and make a report of it at once, described by what it says of itself.

    ``heed`` hears how many of how many pages are read; if ``suggest`` a job looks for suggestions
    after. Raises as `receive`, `read` and `evidence.add_report`; with ``dry_run`` nothing is kept.
    """
    require(by, "add_report")
    check_kind(path.name)
    check_size(file.size)
    sha256 = digest(file)
    check_new(sha256)
    document = read(path, path.name, heed)
    passages = passages_of(document)
    said = described(document.metadata, document.page_count, path.name)
    if dry_run:
        return Taken(said["title"], len(passages))
    kept = _keep(file, sha256, path.name)
    report = evidence.add_report(
        passages, by=by, file=kept, file_sha256=sha256, access=access, **said
    )
    if suggest:
        suggestions.look_later(report, by=by)
    return Taken(report.title, len(passages), report.get_absolute_url())


@transaction.atomic
def replace_text(upload: Upload, *, by: Any, reason: str) -> Reanchored:
    """Let what was read in an upload be the text of its report; raises as `evidence.retext`."""
    upload = _locked(upload)
    check_read(upload)
    report = upload.report
    if not report:
        raise ValueError("This upload is to become a report, not the text of one.")
    with told("retext", by=by, reason=reason):
        outcome = evidence.retext(report, stored_passages(upload), by=by, reason=reason)
        # The file before stays, for whoever undoes this.
        report.file, report.file_sha256 = upload.file.name, upload.sha256
        report.page_count = upload.document["page_count"] or report.page_count
        report.save(update_fields=["file", "file_sha256", "page_count"])
    upload.delete()
    return outcome


def _locked(upload: Upload) -> Upload:
    """Return it as it is now; ValidationError if somebody else was faster."""
    found = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if not found:
        raise ValidationError(_("Somebody else has confirmed or discarded this meanwhile."))
    return found


def check_read(upload: Upload) -> None:
    """Raise ValidationError unless the job has read it."""
    if not upload.is_read:
        raise ValidationError(_("This file is not read yet."))


@transaction.atomic
def discard(upload: Upload, *, by: Any) -> None:
    """Forget an upload and its file, and stop reading it."""
    require(by, "change_report" if upload.report else "add_report")
    if upload.job and upload.job.active:
        jobs.cancel(upload.job, by=None)
    name = upload.file.name
    upload.delete()
    _forget(name)


def _forget(name: str | None) -> None:
    """Delete a file, once it is certain, that nothing else needs."""
    if name:
        transaction.on_commit(partial(_delete_unused, name))


def _delete_unused(name: str) -> None:
    used = Report.objects.filter(file=name).exists() or Upload.objects.filter(file=name).exists()
    if not used:
        default_storage.delete(name)


def prune() -> int:
    """Discard what nobody confirmed within KEPT; return how many."""
    before = timezone.now() - KEPT
    old = list(Upload.objects.without_text().filter(created_at__lt=before))
    for upload in old:
        discard(upload, by=None)
    return len(old)
