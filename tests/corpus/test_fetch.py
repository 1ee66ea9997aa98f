"""Downloads against a real server: resumed, retried, verified; and what is said when they fail."""

import errno
import hashlib
import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from maskzoo.cli import main
from maskzoo.corpus import fetch as fetching
from maskzoo.corpus.cache import Cache, Wanted
from maskzoo.corpus.fetch import Retry, fetch
from maskzoo.errors import UserError

QUICK = Retry(attempts=3, wait=0.01)
BODY = random.Random(0).randbytes(700_000)


def files_of(cache):
    return sorted(path.name for path in cache.folder.rglob("*") if path.is_file())


def wanted(site, path="/law.txt", body=BODY, **changes):
    site.put(path, body)
    given = {"path": path[1:], "sha256": hashlib.sha256(body).hexdigest(), "url": site.url + path, "bytes": len(body)}
    return Wanted(**{**given, **changes})


def test_a_file_is_downloaded_verified_and_kept_under_its_checksum(site, cache):
    one = wanted(site)
    found = fetch([one], cache, retry=QUICK)[one.sha256]
    assert found.origin == "network"
    assert found.path.read_bytes() == BODY
    assert files_of(cache) == [one.sha256]
    assert fetch([one], Cache(cache.folder))[one.sha256].origin == "cache"
    assert len(site.requests) == 1


@pytest.mark.parametrize("size_known", [True, False])
def test_a_transfer_that_breaks_is_resumed_where_it_ended(site, cache, size_known):
    one = wanted(site, **({} if size_known else {"bytes": None}))
    site.cut["/law.txt"] = 300_000
    fetch([one], cache, retry=QUICK)
    assert site.requests == [("/law.txt", None), ("/law.txt", "bytes=300000-")]
    assert files_of(cache) == [one.sha256]


def test_a_server_that_cannot_resume_sends_everything_again(site, cache):
    one = wanted(site)
    site.ranges = False
    site.cut["/law.txt"] = 300_000
    assert fetch([one], cache, retry=QUICK)[one.sha256].path.read_bytes() == BODY


def test_a_half_file_of_an_earlier_run_is_resumed_and_never_used(site, cache):
    one = wanted(site)
    part = cache.path(one.sha256).with_name(one.sha256 + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(BODY[:1000])
    assert cache.find(one) is None
    assert fetch([one], cache, retry=QUICK)[one.sha256].path.read_bytes() == BODY
    assert site.requests == [("/law.txt", "bytes=1000-")]


def test_a_wrong_half_file_is_thrown_away_and_the_download_starts_over(site, cache):
    one = wanted(site)
    part = cache.path(one.sha256).with_name(one.sha256 + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    assert fetch([one], cache, retry=QUICK)[one.sha256].path.read_bytes() == BODY
    assert [range_ for _, range_ in site.requests] == ["bytes=1000-", None]


def test_a_wrong_checksum_names_both_sums_and_the_source_and_leaves_nothing(site, cache):
    one = wanted(site, sha256="0" * 64)
    with pytest.raises(UserError) as error:
        fetch([one], cache, retry=QUICK)
    assert "0" * 64 in str(error.value)
    assert hashlib.sha256(BODY).hexdigest() in str(error.value)
    assert site.url in str(error.value)
    assert files_of(cache) == []


def test_a_file_longer_than_promised_is_stopped(site, cache):
    one = wanted(site, bytes=1000)
    with pytest.raises(UserError, match="longer than the recipe says"):
        fetch([one], cache, retry=QUICK)
    assert files_of(cache) == []


def test_a_missing_page_is_told_at_once(site, cache):
    one = Wanted("gone.txt", "1" * 64, site.url + "/gone.txt", 5)
    with pytest.raises(UserError, match=r"404 .*gone\.txt"):
        fetch([one], cache, retry=QUICK)
    assert len(site.requests) == 1
    assert files_of(cache) == []


def test_a_busy_server_is_asked_again(site, cache):
    one = wanted(site)
    site.answers["/law.txt"] = [503, 429]
    assert fetch([one], cache, retry=QUICK)[one.sha256].path.read_bytes() == BODY
    assert len(site.requests) == 3


def test_a_server_that_stays_busy_is_given_up_with_the_reason(site, cache):
    one = wanted(site)
    site.answers["/law.txt"] = [503] * 9
    with pytest.raises(UserError, match="503"):
        fetch([one], cache, retry=QUICK)
    assert len(site.requests) == 3


def test_without_network_the_error_says_what_was_tried_and_what_to_do(tmp_path, site):
    cache = Cache(tmp_path / "cache", (tmp_path / "nowhere",))
    one = Wanted("law.txt", "2" * 64, "http://127.0.0.1:1/law.txt", 5)
    with pytest.raises(UserError) as error:
        fetch([one], cache, retry=QUICK)
    message = str(error.value)
    assert message.startswith("law.txt: cannot download http://127.0.0.1:1/law.txt (")
    assert (
        f"expected network, or the file in the cache at {cache.folder}, "
        f"or the file in the mirror at {tmp_path / 'nowhere'} (no such folder); run `maskzoo fetch`"
    ) in message
    assert "MASKZOO_MIRRORS" in str(error.value)
    assert files_of(cache) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "http:///x", "https://e.org/a/../b"])
def test_other_addresses_than_web_addresses_are_refused(cache, url):
    with pytest.raises(UserError, match="refused address"):
        fetch([Wanted("x", "3" * 64, url)], cache, retry=QUICK)


def test_a_full_disk_leaves_no_partial_file(site, cache, monkeypatch):
    one = wanted(site)
    real = os.replace

    def full(source, target):
        if str(target).endswith(one.sha256):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(fetching.os, "replace", full)
    with pytest.raises(UserError, match="disk full"):
        fetch([one], cache, retry=QUICK)
    assert files_of(cache) == []


def test_a_disk_that_fills_up_during_the_transfer_leaves_no_partial_file(site, cache, monkeypatch):
    one = wanted(site)

    def full(client, url, wanted, part, *rest):
        part.write(b"half")
        part.flush()
        assert files_of(cache) == [one.sha256 + ".part"]
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "_receive", full)
    with pytest.raises(UserError, match="disk full"):
        fetch([one], cache, retry=QUICK)
    assert files_of(cache) == []


def test_two_runs_that_want_the_same_file_download_it_once(site, cache):
    one = wanted(site)
    site.delay = 0.2
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(fetch, [one], Cache(cache.folder), retry=QUICK) for _ in range(2)]
        assert [run.result()[one.sha256].path.read_bytes() for run in runs] == [BODY, BODY]
    assert len(site.requests) == 1
    assert files_of(cache) == [one.sha256]


def test_several_files_come_at_the_same_time(site, cache):
    site.delay = 0.1
    many = [wanted(site, f"/{number}.txt", b"text %d" % number) for number in range(8)]
    found = fetch(many, cache, jobs=4, retry=QUICK)
    assert len(found) == 8
    assert 2 <= site.together["most"] <= 4


def test_one_failure_stops_the_others_and_keeps_what_is_complete(site, cache):
    good = wanted(site, "/good.txt", b"good")
    bad = Wanted("bad.txt", "4" * 64, site.url + "/bad.txt", 3)
    with pytest.raises(UserError, match="404"):
        fetch([good, bad], cache, jobs=1, retry=QUICK)
    assert files_of(cache) == [good.sha256]


RECIPE = """
title: T
summary: S
languages: [en]
tokenizers: {{t: {{design: wordpiece, vocab_size: 1000}}}}
bases: {{b: {{architecture: bert}}}}
variants: {{v: {{base: b, tokenizer: t}}}}
release: {{name: n, variants: [v]}}
scales:
  demo:
    training: {{steps: 10}}
    corpus:
      sources:
        laws:
          files: laws.csv
          url: {url}
          licence: CC0-1.0
          read: {{format: txt}}
"""


def test_the_command_brings_all_files_into_the_cache_and_says_where_from(site, zoo, monkeypatch, capsys):
    mirror = zoo / "mirror"
    mirror.mkdir()
    (mirror / "b.txt").write_bytes(b"from the mirror")
    mirrored = hashlib.sha256(b"from the mirror").hexdigest()
    (mirror / "manifest.csv").write_text(f"path,sha256\nb.txt,{mirrored}\n")
    remote = site.put("/laws/a%20b.txt", b"from the network")
    folder = zoo / "domains" / "law"
    folder.mkdir()
    (folder / "domain.yaml").write_text(RECIPE.format(url=site.url + "/laws/"))
    (folder / "laws.csv").write_text(f"path,sha256,bytes\na b.txt,{remote},16\nb.txt,{mirrored},15\n")
    monkeypatch.setenv("MASKZOO_CACHE", str(zoo / "kept"))
    monkeypatch.setenv("MASKZOO_MIRRORS", str(mirror))
    assert main(["fetch", "domains/law"]) == 0
    said = capsys.readouterr().out
    assert "2 files" in said
    assert "1 from the mirror" in said
    assert "1 from the network" in said
    assert files_of(Cache(zoo / "kept")) == sorted([remote, mirrored])
    monkeypatch.delenv("MASKZOO_MIRRORS")
    assert main(["fetch", "domains/law"]) == 0
    assert "2 from the cache" in capsys.readouterr().out
