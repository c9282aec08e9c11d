"""Row 60: names that leave the folder, hide, collide or mean a device; links; a tar."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from common.errors import DomainError
from competitions.models import Participation
from submissions.services.uploads import open_upload
from tests import factories
from tests.attacks import archives
from tests.attacks.archives import careless_extract, entry, zip_of
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.clients import manifest
from tests.submissions.validation.build import transformers_folder

MARKER = "podium-escaped.json"
BAD, HIDDEN, LINK = {"bad_path"}, {"hidden_file"}, {"link"}
PATHS: list[tuple[list[str], set[str]]] = [
    ([f"../{MARKER}"], BAD),
    ([f"a/../../{MARKER}"], BAD),
    ([f"a/./{MARKER}"], BAD),
    ([f"a//{MARKER}"], BAD),
    ([f"/tmp/{MARKER}"], BAD),
    ([f"C:/{MARKER}"], BAD),
    ([f"C:\\{MARKER}"], BAD),
    ([f"..\\{MARKER}"], BAD),
    ([f"\\\\host\\share\\{MARKER}"], BAD),
    ([f"{MARKER}:stream"], BAD),
    (["CON.json"], BAD),
    (["aux"], BAD),
    (["a/LPT1.txt"], BAD),
    (["COM¹.json"], BAD),
    (["config.json "], BAD),
    (["config.json."], BAD),
    (["config\u202enosj.json"], BAD),
    (["config\x00.json"], BAD),
    (["config\u200b.json"], BAD),
    (["/".join("abcdefghij") + ".json"], BAD),
    (["a" * 201 + ".json"], BAD),
    # One folder around everything is taken off, whatever its name.
    (["config.json", ".ssh/vocab.json"], HIDDEN),
    ([".config.json"], HIDDEN),
    (["config.json", "Config.json"], {"colliding_paths"}),
    (["a/config.json", "A/vocab.json"], {"colliding_paths"}),
    (["caf\u00e9.json", "cafe\u0301.json"], {"colliding_paths"}),
    (["config.json", "config.json"], {"duplicate_path"}),
    (["config.json", "config.json/vocab.json"], {"file_and_folder"}),
]
# A zip's reader takes NUL for the end of a name, and desktops' clutter is left out of zips.
NOT_IN_ZIPS = ("config\x00.json",)
KINDS = {
    "symlink": stat.S_IFLNK | 0o777,
    "fifo": stat.S_IFIFO | 0o644,
    "device": stat.S_IFCHR | 0o644,
    "socket": stat.S_IFSOCK | 0o644,
}


@case(60, "archive paths: .., absolute, colliding, reserved; links; tar", where=PLATFORM)
def archive_paths(arena: Arena) -> None:
    entered = factories.participation(factories.competition(max_files=50))
    before = archives.entered_rows(), archives.stored_bytes()
    here = _files_around()
    for paths, codes in PATHS:
        if not set(paths) & set(NOT_IN_ZIPS):
            _is_refused(entered, _zip_named(paths), codes)
        assert _announced(entered, paths) in codes, paths
    for name, mode in KINDS.items():
        _is_refused(entered, zip_of([(entry(f"{name}.json", mode=mode), b"/etc/passwd")]), LINK)
    for tar in (_tar("w"), _tar("w:gz")):
        _is_refused(entered, tar, {"not_a_zip"})
        _is_refused(entered, zip_of([(entry("model.tar"), tar)]), {"nested_archive"})
    assert (archives.entered_rows(), archives.stored_bytes()) == before
    assert _files_around() == here


@archive_paths.control
def a_careless_reader_writes_outside_and_follows_links(arena: Arena) -> None:
    for paths in ([f"../{MARKER}"], [f"a/../../{MARKER}"]):
        with TemporaryDirectory() as outer:
            careless_extract(_zip_named(paths), Path(outer) / "in")
            assert (Path(outer) / MARKER).is_file()
    with TemporaryDirectory() as outer:
        secret = Path(outer) / "secret"
        secret.write_text("canary")
        absolute = zip_of([(entry(f"{outer}/{MARKER}"), b"x")])
        link = zip_of([(entry("vocab.txt", mode=KINDS["symlink"]), str(secret).encode())])
        for data in (absolute, link):
            careless_extract(data, Path(outer) / "in")
        assert (Path(outer) / MARKER).is_file()
        assert (Path(outer) / "in" / "vocab.txt").read_text() == "canary"
    with TemporaryDirectory() as outer, tarfile.open(fileobj=io.BytesIO(_tar("w"))) as tar:
        (Path(outer) / "in").mkdir()
        tar.extractall(Path(outer) / "in", filter="fully_trusted")
        assert (Path(outer) / MARKER).is_file()
    files = [(entry(path), data) for path, data in transformers_folder().items()]
    assert archives.send_zip(factories.participation(factories.competition()), zip_of(files))["url"]


def _is_refused(entered: Participation, data: bytes, codes: set[str]) -> None:
    answer: dict[str, Any] = archives.send_zip(entered, data)
    assert answer["status"] in (413, 422) and answer["code"] in codes, (data[:200], answer)


def _announced(entered: Participation, paths: list[str]) -> str:
    """The code by which the API's way in refuses these names."""
    files = [file for path in paths for file in manifest({path: b"x"})]
    assert entered.user is not None
    try:
        open_upload(competition=entered.competition, user=entered.user, files=files)
    except DomainError as refusal:
        return refusal.code
    return "entered"


def _zip_named(paths: list[str]) -> bytes:
    return zip_of([(entry(path), b"{}") for path in paths])


def _tar(mode: Any) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as tar:
        tar.addfile(tarfile.TarInfo(f"../{MARKER}"))
    return target.getvalue()


def _files_around() -> set[Path]:
    """Everything near the store, and every place that an escape would reach."""
    store = archives.models_folder()
    near = {path for path in store.parent.parent.rglob("*") if path.is_file()}
    return near | {path for path in (Path("/tmp", MARKER), Path(MARKER)) if path.exists()}
