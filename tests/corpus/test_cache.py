"""The cache by checksum and the mirrors: found, verified, never trusted."""

import hashlib

import pytest

from maskzoo.corpus.cache import Cache, Wanted
from maskzoo.corpus.fetch import fetch
from maskzoo.errors import UserError

TEXT = b"Whereas the parties agree"
SUM = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture
def mirrored(tmp_path):
    """A cache with one mirror that holds TEXT in a nested folder."""
    folder = tmp_path / "mirror" / "law" / "deep"
    (folder / "a b").mkdir(parents=True)
    (folder / "a b" / "text.txt").write_bytes(TEXT)
    (folder / "manifest.csv").write_text(f'path,sha256,bytes,note\n"a b/text.txt",{SUM},25,"one, two"\n')
    return Cache(tmp_path / "cache", (tmp_path / "mirror",))


def test_a_file_in_a_mirror_is_found_by_its_checksum_and_read_in_place(mirrored, tmp_path):
    found = mirrored.find(Wanted("text.txt", SUM))
    assert found.origin == "mirror"
    assert found.path == tmp_path / "mirror/law/deep/a b/text.txt"
    assert not (tmp_path / "cache").exists()


def test_the_cache_comes_before_the_mirrors(mirrored):
    mirrored.copy(Wanted("text.txt", SUM), mirrored.find(Wanted("text.txt", SUM)).path)
    again = Cache(mirrored.folder, tuple(mirrored.mirrors.folders)).find(Wanted("text.txt", SUM))
    assert again.origin == "cache"
    assert again.path == mirrored.folder / "sha256" / SUM[:2] / SUM


def test_a_mirror_whose_file_was_changed_is_passed_over_and_named_with_both_sums(mirrored, tmp_path, capsys):
    (tmp_path / "mirror/law/deep/a b/text.txt").write_bytes(b"something else")
    with pytest.raises(UserError) as error:
        fetch([Wanted("text.txt", SUM)], mirrored)
    assert SUM in str(error.value)
    assert hashlib.sha256(b"something else").hexdigest() in str(error.value)


def test_a_damaged_file_in_the_cache_is_replaced_from_the_mirror(mirrored):
    place = mirrored.path(SUM)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"half")
    assert mirrored.find(Wanted("text.txt", SUM)).origin == "mirror"
    assert not place.exists()


def test_a_manifest_cannot_point_outside_its_folder(tmp_path):
    (tmp_path / "secret.txt").write_bytes(TEXT)
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror/manifest.csv").write_text(f"path,sha256\n../secret.txt,{SUM}\n{tmp_path}/secret.txt,{SUM}\n")
    assert Cache(tmp_path / "cache", (tmp_path / "mirror",)).find(Wanted("secret.txt", SUM)) is None


def test_somebody_elses_manifest_is_no_hindrance(mirrored, tmp_path):
    (tmp_path / "mirror" / "manifest.csv").write_text("name,size\nx,1\n")
    assert mirrored.find(Wanted("text.txt", SUM)) is not None


def test_cache_and_mirrors_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("MASKZOO_CACHE", str(tmp_path / "c"))
    monkeypatch.setenv("MASKZOO_MIRRORS", f"{tmp_path}/one:{tmp_path}/two:")
    cache = Cache.default()
    assert cache.folder == tmp_path / "c"
    assert [path.name for path in cache.mirrors.folders] == ["one", "two"]


def test_copying_into_the_cache_verifies_and_leaves_nothing_when_it_is_wrong(cache, tmp_path):
    (tmp_path / "file").write_bytes(b"other")
    with pytest.raises(UserError, match=SUM):
        cache.copy(Wanted("text.txt", SUM), tmp_path / "file")
    assert not [path for path in cache.folder.rglob("*") if path.is_file()]


def test_thousands_of_small_files_are_verified_in_seconds(tmp_path):
    folder = tmp_path / "mirror"
    folder.mkdir()
    rows, wanted = ["path,sha256"], []
    for number in range(3000):
        body = f"article {number}".encode()
        (folder / f"{number}.md").write_bytes(body)
        sha256 = hashlib.sha256(body).hexdigest()
        rows.append(f"{number}.md,{sha256}")
        wanted.append(Wanted(f"{number}.md", sha256, None, len(body)))
    (folder / "manifest.csv").write_text("\n".join(rows))
    cache = Cache(tmp_path / "cache", (folder,))
    found = fetch(wanted, cache)
    assert len(found) == 3000
    assert {one.origin for one in found.values()} == {"mirror"}
