"""Archives are unpacked whole or not at all, and a hostile one reaches nothing outside."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocharge.errors import EcoChargeError
from ecocharge.landing import archives
from ecocharge.landing.archives import (
    Contents,
    Limits,
    is_archive,
    remove_unpacked,
    scratch_folder,
    unpacked,
)
from ecocharge.landing.inputs import InputFile

DATA = b"id,kwh\n1,2.5\n"
SMALL = Limits(unpacked_bytes=100_000, members=50, ratio=20, free_bytes=50_000)


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload] # the mode is no literal here
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def tar_member(**changes: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("odd.csv")
        for name, value in changes.items():
            setattr(member, name, value)
        archive.addfile(member)
        whole = tarfile.TarInfo("good.csv")
        whole.size = len(DATA)
        archive.addfile(whole, io.BytesIO(DATA))
    return buffer.getvalue()


class Unpacker:
    """Writes an archive and takes it apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scratch = scratch_folder(folder / "landing")

    def __call__(
        self, content: bytes, name: str = "in.zip", limits: Limits = SMALL
    ) -> tuple[dict[str, bytes], Contents]:
        path = self.folder / name
        path.write_bytes(content)
        assert is_archive(path)
        with unpacked(InputFile(path, name), self.scratch, limits=limits) as contents:
            found = {item.source_file: item.path.read_bytes() for item in contents.files}
            assert all(self.scratch in item.path.parents for item in contents.files)
        assert list(self.scratch.iterdir()) == []
        return found, contents

    def refusal(self, content: bytes, name: str = "in.zip", limits: Limits = SMALL) -> str:
        before = self.everything()
        with pytest.raises(EcoChargeError) as caught:
            self(content, name, limits)
        assert caught.value.remedy
        assert self.everything() - before <= {self.folder / name, self.scratch}
        return caught.value.message

    def everything(self) -> set[Path]:
        return set(self.folder.rglob("*"))


@pytest.fixture
def unpack(tmp_path: Path) -> Unpacker:
    return Unpacker(tmp_path)


FILES = {"a.csv": DATA, "deep/er/b with späce.CSV": DATA * 2, "c.ndjson": b"{}\n"}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("in.zip", zipped),
        ("in.tar", tarred),
        ("in.tar.gz", lambda files: tarred(files, "w:gz")),
        ("in.tgz", lambda files: tarred(files, "w:gz")),
        ("in.tar.bz2", lambda files: tarred(files, "w:bz2")),
        ("in.tar.xz", lambda files: tarred(files, "w:xz")),
        ("no_suffix", zipped),
        ("no_suffix_either", lambda files: tarred(files, "w:gz")),
        ("UPPER.ZIP", zipped),
    ],
)
def test_every_kind_gives_its_data_by_name(
    unpack: Unpacker, name: str, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    found, contents = unpack(pack(FILES), name)
    assert found == {f"{name}/{member}": content for member, content in FILES.items()}
    assert contents.passed_over == []


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.csv.gz", gzip.compress),
        ("a.csv.bz2", bz2.compress),
        ("a.csv.xz", lzma.compress),
        ("A.CSV.GZ", gzip.compress),
        ("dump", gzip.compress),
        ("two.csv.gz", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:])),
    ],
)
def test_a_compressed_file_keeps_its_own_name(
    unpack: Unpacker, name: str, pack: Callable[[bytes], bytes]
) -> None:
    assert unpack(pack(DATA), name)[0] == {name: DATA}


def test_what_is_no_data_is_named(unpack: Unpacker) -> None:
    found, contents = unpack(
        zipped(
            {
                "good.csv": DATA,
                "README": b"read me",
                "terms.pdf": b"%PDF",
                ".DS_Store": b"\0",
                "__MACOSX/._good.csv": b"\0",
                "empty/": b"",
            }
        )
    )
    assert list(found) == ["in.zip/good.csv"]
    assert contents.passed_over == [
        "in.zip/README (no data by its name)",
        "in.zip/terms.pdf (no data by its name)",
        "in.zip/.DS_Store (hidden)",
        "in.zip/__MACOSX/._good.csv (hidden)",
    ]


def test_one_archive_inside_another_and_no_deeper(unpack: Unpacker) -> None:
    deepest = zipped({"never.csv": DATA})
    inner = zipped({"b.csv": DATA, "deepest.zip": deepest})
    packed = {"a.csv": DATA, "inner.zip": inner, "c.csv.gz": gzip.compress(DATA)}
    found, contents = unpack(tarred(packed, "w:gz"), "outer.tar.gz")
    assert list(found) == [
        "outer.tar.gz/a.csv",
        "outer.tar.gz/inner.zip/b.csv",
        "outer.tar.gz/c.csv.gz",
    ]
    assert contents.passed_over == [
        "outer.tar.gz/inner.zip/deepest.zip (an archive too deep inside others)"
    ]


@pytest.mark.parametrize(
    "name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "..\\out.csv", "C:\\out.csv", ".."]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_name_that_leads_outside_is_refused(
    unpack: Unpacker, name: str, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    assert "leads outside" in unpack.refusal(pack({"good.csv": DATA, name: DATA}))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_of_a_tar_are_passed_over(unpack: Unpacker, kind: bytes) -> None:
    found, contents = unpack(tar_member(type=kind, linkname="/etc/passwd"), "in.tar")
    assert found == {"in.tar/good.csv": DATA}
    assert contents.passed_over == ["in.tar/odd.csv (a link or device)"]


def test_links_of_a_zip_are_passed_over(unpack: Unpacker) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("odd.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    found, contents = unpack(buffer.getvalue())
    assert found == {}
    assert contents.passed_over == ["in.zip/odd.csv (a link or device)"]


def test_bombs_are_stopped_while_they_unpack(unpack: Unpacker) -> None:
    zeros = b"\0" * 1_000_000
    for content, name in (
        (zipped({"a.csv": zeros}), "in.zip"),
        (gzip.compress(zeros), "a.csv.gz"),
        (tarred({"a.csv": zeros}, "w:gz"), "in.tar.gz"),
        (zipped({"in.zip": zipped({"a.csv": zeros})}), "in.zip"),
    ):
        limits = Limits(ratio=20, free_bytes=10_000)
        assert "20 times its size" in unpack.refusal(content, name, limits)


def test_a_size_stated_falsely_does_not_help_a_bomb(unpack: Unpacker) -> None:
    content = bytearray(zipped({"a.csv": b"\0" * 1_000_000}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    unpack.refusal(bytes(content))


def test_limits_on_bytes_and_members(unpack: Unpacker) -> None:
    noise = random.Random(1).randbytes(60_000)
    assert "more than 100,000 bytes" in unpack.refusal(zipped({"a.csv": noise, "b.csv": noise}))
    many = {f"{number}.csv": b"x" for number in range(51)}
    assert "more than 50 members" in unpack.refusal(zipped(many))
    assert "more than 50 members" in unpack.refusal(tarred(many), "in.tar")
    halves = [{f"{half}{number}.csv": b"x" for number in range(26)} for half in "ab"]
    nested = {"a.zip": zipped(halves[0]), "b.zip": zipped(halves[1])}
    assert "more than 50 members" in unpack.refusal(zipped(nested))


def test_small_files_may_be_very_repetitive(unpack: Unpacker) -> None:
    found, _ = unpack(zipped({"a.csv": b"0" * 9_000}))
    assert len(found["in.zip/a.csv"]) == len(b"0" * 9_000)


def test_an_encrypted_zip_is_refused(unpack: Unpacker) -> None:
    content = bytearray(zipped({"a.csv": DATA}))
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + place] |= 1
    assert unpack.refusal(bytes(content)) == "in.zip/a.csv is encrypted"


def test_a_workbook_is_refused(unpack: Unpacker) -> None:
    content = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert unpack.refusal(content, "book.xlsx") == "this is an office document"


def test_a_tar_with_holes_or_giant_headers_is_refused(unpack: Unpacker) -> None:
    assert "with holes" in unpack.refusal(
        tar_member(type=tarfile.GNUTYPE_SPARSE, size=0), "in.tar"
    ) or "damaged" in unpack.refusal(tar_member(type=tarfile.GNUTYPE_SPARSE, size=0), "in.tar")
    long_name = tarred({"x" * (2 << 20) + ".csv": DATA})
    limits = Limits()
    assert "more than a megabyte" in unpack.refusal(long_name, "in.tar", limits)


@pytest.mark.parametrize("name", ["a.7z", "a.rar", "a.csv.zst"])
def test_other_kinds_are_refused_with_a_way_out(unpack: Unpacker, name: str) -> None:
    assert "of this kind" in unpack.refusal(b"whatever it is", name)


def test_damage_names_the_member(unpack: Unpacker) -> None:
    noise = random.Random(1).randbytes(20_000)
    files = {"a.csv": DATA, "b.csv": noise}
    zip_bytes = bytearray(zipped(files))
    zip_bytes[len(zip_bytes) // 2] ^= 0xFF
    assert "damaged at in.zip/b.csv" in unpack.refusal(bytes(zip_bytes))
    tar_bytes = tarred(files)
    assert "damaged at in.tar/b.csv" in unpack.refusal(tar_bytes[:10_000], "in.tar")
    gz_bytes = bytearray(tarred(files, "w:gz"))
    assert "damaged at in.tar.gz" in unpack.refusal(bytes(gz_bytes[:9_000]), "in.tar.gz")
    gz_bytes[len(gz_bytes) // 2] ^= 0xFF
    assert "damaged at in.tar.gz" in unpack.refusal(bytes(gz_bytes), "in.tar.gz")
    assert "damaged" in unpack.refusal(b"PK\x03\x04 no more than that")


def test_a_broken_header_is_not_taken_for_the_end_of_a_tar(unpack: Unpacker) -> None:
    content = bytearray(tarred({"a.csv": DATA, "b.csv": DATA}))
    content[1024:1124] = b"\xee" * 100
    assert "a broken header" in unpack.refusal(bytes(content), "in.tar")


def test_a_full_disk_leaves_nothing(unpack: Unpacker, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives, "_private", lambda path: Full())
    assert "No space left on device" in unpack.refusal(zipped({"a.csv": DATA}))


def test_what_a_kill_left_goes_at_the_next_start(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    left = scratch_folder(landing) / "old"
    left.mkdir(parents=True)
    (left / "000001.csv").write_bytes(DATA)
    remove_unpacked(landing)
    assert not scratch_folder(landing).exists()
    remove_unpacked(landing)


def test_unpacked_files_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "in.zip"
    path.write_bytes(zipped({"a.csv": DATA}))
    with unpacked(InputFile(path, path.name), tmp_path / "scratch") as contents:
        (item,) = contents.files
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (item.path, item.path.parent)]
    assert modes == [0o600, 0o700]


def test_data_by_its_name_is_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(zipped({"a.csv": DATA}))
    assert not is_archive(path)
    assert not is_archive(tmp_path / "missing")


SEEDS = {
    "in.zip": zipped({"a.csv": DATA, "b/c.csv": DATA * 50, "inner.zip": zipped({"d.csv": DATA})}),
    "in.tar": tarred({"a.csv": DATA, "b/c.csv": DATA * 50}),
    "in.tar.gz": tarred({"a.csv": DATA, "b/c.csv": DATA * 50}, "w:gz"),
    "a.csv.xz": lzma.compress(DATA * 50),
    "a.csv.bz2": bz2.compress(DATA * 50),
}


@settings(max_examples=250, deadline=None)
@given(
    name=st.sampled_from(sorted(SEEDS)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=4),
    cut=st.floats(0, 1) | st.none(),
)
def test_no_damage_does_more_than_raise_an_error(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[float, bytes]],
    cut: float | None,
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    content = bytearray(SEEDS[name])
    for place, junk in changes:
        start = int(place * len(content))
        content[start : start + len(junk)] = junk
    path = folder / name
    path.write_bytes(content if cut is None else content[: int(cut * len(content))])
    scratch = folder / "scratch"
    try:
        with unpacked(InputFile(path, name), scratch, limits=SMALL) as contents:
            assert all(scratch in item.path.parents for item in contents.files)
    except EcoChargeError:
        pass
    assert set(folder.rglob("*")) == {path, scratch}
