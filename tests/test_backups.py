"""What a backup holds, and that nothing but what was written comes out of it."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from lessons.backups import BackupError, unpack, write


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A backup during which a file came, one went, and one was still being written."""
    files, dump = tmp_path / "files", tmp_path / "dump"
    (files / "reports").mkdir(parents=True)
    (files / "reports" / "a.pdf").write_bytes(b"whole")
    (files / "reports" / "b.pdf").write_bytes(b"ha")
    (files / "gone.pdf").write_bytes(b"named by the dump")

    def make_dump() -> None:
        dump.write_bytes(b"rows")
        (files / "reports" / "b.pdf").write_bytes(b"half no more")
        (files / "late.pdf").write_bytes(b"late")
        (files / "gone.pdf").unlink()

    assert write(tmp_path / "backup", dump, make_dump, files) == 4
    return tmp_path / "backup"


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_it_holds_every_file_that_the_dump_can_name(written: Path, tmp_path: Path) -> None:
    assert unpack(written, tmp_path / "out") == 4
    assert contents(tmp_path / "out") == {
        "database.dump": b"rows",
        "files/reports/a.pdf": b"whole",
        "files/reports/b.pdf": b"half no more",
        "files/gone.pdf": b"named by the dump",
        "files/late.pdf": b"late",
    }


@pytest.mark.parametrize("place", [b"whole", b"rows", b"late", b'"sha256": "'])
def test_a_single_bit_is_noticed(written: Path, tmp_path: Path, place: bytes) -> None:
    content = bytearray(written.read_bytes())
    content[content.index(place) + len(place) - (place[0] != 34)] ^= 1
    written.write_bytes(content)
    with pytest.raises(BackupError):
        unpack(written, tmp_path / "out")


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5])
def test_half_a_backup_is_none(written: Path, tmp_path: Path, share: float) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BackupError):
        unpack(written, tmp_path / "out")


@pytest.mark.parametrize("name", ["../out.txt", "files/../../out.txt", "/files/x", "other/x"])
def test_nothing_is_put_elsewhere(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "bad", "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(BackupError, match="has no place in it"):
        unpack(tmp_path / "bad", tmp_path / "a" / "b")
    assert not list(tmp_path.rglob("*.txt"))


def test_links_are_no_files(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad", "w") as tar:
        info = tarfile.TarInfo("files/x")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BackupError, match="is no file"):
        unpack(tmp_path / "bad", tmp_path / "out")


def test_a_later_format_is_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "new", "w") as tar:
        content = json.dumps({"format": "hindsight-backup", "version": 2}).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    with pytest.raises(BackupError, match="version 2"):
        unpack(tmp_path / "new", tmp_path / "out")
