"""Members of archives: read by pattern, never believed, never written to disk."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile

import pytest

from maskzoo.corpus.archives import Limits, members, opened
from maskzoo.errors import UserError

TEXTS = {"law/a.txt": b"first act", "law/b.txt": b"second act", "readme.md": b"about"}


def tarred(texts=TEXTS, extra=()):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, body in texts.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
        for member in extra:
            archive.addfile(member)
    return buffer.getvalue()


def zipped(texts=TEXTS, mode=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in texts.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            if mode:
                member.create_system, member.external_attr = 3, mode << 16
            archive.writestr(member, body)
    return buffer.getvalue()


def read(path, pattern="*", limits=None):
    return {name: stream.read() for name, stream in members(path, path.name, pattern, limits)}


KINDS = {
    "zip": zipped(),
    "tar": tarred(),
    "tar.gz": gzip.compress(tarred()),
    "tar.bz2": bz2.compress(tarred()),
    "tar.xz": lzma.compress(tarred()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_members_that_match_are_read_from_every_kind_of_archive(tmp_path, kind):
    path = tmp_path / "data"  # the kind is known by the bytes: files in the cache have no ending
    path.write_bytes(KINDS[kind])
    assert read(path, "law/*.txt") == {"law/a.txt": b"first act", "law/b.txt": b"second act"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data"]


def test_a_single_gz_file_is_an_archive_of_one(tmp_path):
    path = tmp_path / "laws.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}"))
    assert read(path, "*.jsonl") == {"laws.jsonl": b"{}"}


def test_a_gz_member_is_unpacked_too(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({"a.txt.gz": gzip.compress(b"inner")}))
    assert read(path, "*.gz") == {"a.txt": b"inner"}


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a/../../up.txt", "..\\up.txt", "C:\\up.txt"])
@pytest.mark.parametrize("make", [zipped, tarred])
def test_members_that_point_outside_are_refused(tmp_path, make, name):
    path = tmp_path / "x"
    path.write_bytes(make({name: b"x"}))
    with pytest.raises(UserError, match="points outside"):
        read(path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused_where_they_are_wanted(tmp_path, kind):
    member = tarfile.TarInfo("law/link.txt")
    member.type, member.linkname = kind, "/etc/passwd"
    path = tmp_path / "x.tar"
    path.write_bytes(tarred(extra=[member]))
    with pytest.raises(UserError, match="link or a device"):
        read(path, "law/*")
    assert read(path, "readme.md") == {"readme.md": b"about"}


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({"a.txt": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    with pytest.raises(UserError, match="link or a device"):
        read(path)


SMALL = Limits(ratio=50, free=1 << 16, member=8 << 20, total=16 << 20)


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "gz", "gz member", "skipped member"])
def test_a_decompression_bomb_is_stopped_while_it_is_read(tmp_path, kind):
    zeros = bytes(4 << 20)
    bodies = {
        "zip": zipped({"a.txt": zeros}),
        "tar.gz": gzip.compress(tarred({"a.txt": zeros})),
        "gz": gzip.compress(zeros),
        "gz member": zipped({"a.txt.gz": gzip.compress(gzip.compress(zeros))}),
        "skipped member": gzip.compress(tarred({"b.bin": zeros, "a.txt": b"x"})),
    }
    bodies["gz member"] = zipped({"a.txt.gz": gzip.compress(zeros)})
    path = tmp_path / "x"
    path.write_bytes(bodies[kind])
    with pytest.raises(UserError, match="decompression bomb"):
        read(path, "a.txt*" if kind != "gz" else "x", SMALL)


def test_a_header_that_lies_about_the_size_does_not_help_a_bomb(tmp_path):
    body = bytearray(zipped({"a.txt": bytes(4 << 20)}))
    size = (4 << 20).to_bytes(4, "little")
    assert body.count(size) == 2
    path = tmp_path / "x.zip"
    path.write_bytes(body.replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(UserError):
        read(path, "*", SMALL)


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(member=1000), "one member is larger"),
        (Limits(total=1500), "unpacks to more than 1500"),
    ],
)
def test_absolute_limits_hold_for_one_member_and_for_all(tmp_path, limits, what):
    path = tmp_path / "x.zip"
    size = 1001 if limits.member == 1000 else 800
    path.write_bytes(zipped({"a": b"a" * size, "b": b"b" * size}))
    with pytest.raises(UserError, match=what):
        read(path, "*", limits)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_archive_is_an_error_that_names_it(tmp_path, kind, damage):
    body = bytearray(KINDS[kind])
    if damage == "cut":
        body = body[: 700 if kind == "tar" else len(body) * 2 // 3]
    elif kind == "tar":
        body[148:156] = b"\xff" * 8  # the checksum of the first header
    else:
        middle = body.find(b"law/a.txt") + 12 if kind == "zip" else len(body) // 2
        body[middle] ^= 0xFF
        body[middle + 1] ^= 0xFF
    path = tmp_path / "laws.bin"
    path.write_bytes(body)
    with pytest.raises(UserError, match=r"laws\.bin"):
        read(path)


def test_what_is_no_archive_is_told_so(tmp_path):
    path = tmp_path / "laws.zip"
    path.write_bytes(b"just text")
    with pytest.raises(UserError, match=r"laws\.zip: is no known archive"):
        read(path)


def test_a_pattern_that_matches_nothing_shows_what_there_is(tmp_path):
    path = tmp_path / "laws.zip"
    path.write_bytes(KINDS["zip"])
    with pytest.raises(UserError, match=r"no member matches '\*\.xml'.*law/a\.txt"):
        read(path, "*.xml")


def test_a_damaged_gz_file_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "laws.txt.gz"
    path.write_bytes(gzip.compress(b"text" * 1000)[:-9])
    with pytest.raises(UserError, match=r"laws\.txt\.gz"), opened(path, path.name) as (_, stream):
        stream.read()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_tars_one_behind_the_other_are_read_to_the_end(tmp_path, pack):
    path = tmp_path / "cat.tar"
    path.write_bytes(pack(tarred({"a.txt": b"one"}) + tarred({"b.txt": b"two"}) + b"\0" * 10240))
    assert read(path) == {"a.txt": b"one", "b.txt": b"two"}


def test_a_tar_that_ends_within_a_header_or_goes_on_as_something_else_is_damaged(tmp_path):
    whole = tarred({"a.txt": b"one", "b.txt": b"two"})
    (tmp_path / "cut.tar").write_bytes(whole[: 1024 + 300])
    with pytest.raises(UserError, match=r"cut.tar: damaged archive \(it ends within the header"):
        read(tmp_path / "cut.tar")
    (tmp_path / "more.tar").write_bytes(whole + b"x" * 512)
    with pytest.raises(UserError, match=r"more.tar: damaged archive \(what stands behind its end"):
        read(tmp_path / "more.tar")


def test_a_tar_of_the_oldest_format_is_one(tmp_path):
    buffer = io.BytesIO()
    member = tarfile.TarInfo("a.txt")
    member.size = 3
    header = bytearray(member.tobuf(tarfile.USTAR_FORMAT))
    header[257:512] = bytes(255)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    buffer.write(bytes(header) + b"one".ljust(512, b"\0") + bytes(1024))
    (tmp_path / "v7.tar").write_bytes(buffer.getvalue())
    assert read(tmp_path / "v7.tar") == {"a.txt": b"one"}


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_packed_files_are_unpacked_whatever_packed_them(tmp_path, ending, pack):
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(pack(b"an act"))
    with opened(path, path.name) as (name, stream):
        assert (name, stream.read()) == ("a.txt", b"an act")
    assert read(path) == {"a.txt": b"an act"}
    inside = tmp_path / "all.tar"
    inside.write_bytes(tarred({f"b.txt{ending}": pack(b"within")}))
    assert read(inside) == {"b.txt": b"within"}
    path.write_bytes(b"an act")
    with pytest.raises(UserError, match=rf"is named \{ending} and is none"), opened(path, path.name):
        pass
