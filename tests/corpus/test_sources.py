"""Sources: which files they need, where those lie, and what is wrong with them."""

import hashlib
import time
import zipfile

import pytest

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source, wanted_files
from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.source import Source

TXT = {"format": "txt"}
SUM = hashlib.sha256(b"x").hexdigest()


def source(**keys):
    return Source.model_validate({"read": TXT, "licence": "CC0-1.0", **keys})


def listed(tmp_path, lines, **keys):
    (tmp_path / "list.csv").write_text(lines)
    return wanted_files(source(files="list.csv", **keys), name="laws", folder=tmp_path)


def test_addresses_are_the_url_and_the_quoted_path_or_the_row_s_own(tmp_path):
    rows = f"path,sha256,bytes,url\nCode pénal/a b.md,{SUM},1,\nc.md,{SUM},1,https://other.org/c\n"
    first, second = listed(tmp_path, rows, url="https://e.org/base")
    assert first.url == "https://e.org/base/Code%20p%C3%A9nal/a%20b.md"
    assert second.url == "https://other.org/c"


def test_only_chooses_paths_by_pattern(tmp_path):
    rows = f"path,sha256,bytes\nen/a.md,{SUM},1\nfr/a.md,{SUM},1\n"
    assert [one.path for one in listed(tmp_path, rows, only="fr/*")] == ["fr/a.md"]
    with pytest.raises(UserError, match=r"list\.csv: no file matches 'de/\*'"):
        listed(tmp_path, rows, only="de/*")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a.md,abc,1", r"list\.csv: line 3: bad sha256 'abc'"),
        (f"a.md,{SUM}", "line 3: has another number of cells"),
        (f"a.md,{SUM},1,2,3", "line 3: has another number of cells"),
        (f"a.md,{SUM},many", "line 3: bad bytes 'many'"),
        (f"../a.md,{SUM},1", r"line 3: bad path '\.\./a\.md'"),
        (f"/etc/passwd,{SUM},1", "line 3: bad path"),
        (f",{SUM},1", "line 3: bad path"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path, row, message):
    with pytest.raises(UserError, match=message):
        listed(tmp_path, f"path,sha256,bytes\nok.md,{SUM},1\n{row}\n")


def test_a_list_without_its_columns_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"line 1: no column 'sha256'"):
        listed(tmp_path, "path,bytes\na,1\n")


def test_files_of_a_list_are_fetched_and_read_in_its_order(tmp_path, cache, site, records):
    rows = ["path,sha256,bytes"]
    for name in ("z", "a", "m"):
        rows.append(f"{name}.txt,{site.put(f'/laws/{name}.txt', name.encode())},1")
    (tmp_path / "list.csv").write_text("\n".join(rows))
    found = records(TXT, files="list.csv", url=site.url + "/laws/")
    assert [(record.text, record.locator) for record in found] == [("z", "z.txt"), ("a", "a.txt"), ("m", "m.txt")]
    assert found[0].sha256 == hashlib.sha256(b"z").hexdigest()
    assert len(site.requests) == 3
    records(TXT, files="list.csv", url=site.url + "/laws/")
    assert len(site.requests) == 3


def test_a_url_is_one_file_named_after_its_last_part(site, records):
    sha256 = site.put("/a/b%20c.txt?raw=1", b"text")
    (found,) = records(TXT, url=site.url + "/a/b%20c.txt?raw=1", sha256=sha256)
    assert (found.text, found.locator, found.sha256) == ("text", "b c.txt", sha256)


def test_members_of_a_downloaded_archive_are_read_as_files(tmp_path, site, records):
    with zipfile.ZipFile(tmp_path / "laws.zip", "w") as archive:
        archive.writestr("v1/a.txt", "act a")
        archive.writestr("v1/readme.md", "no")
    sha256 = site.put("/laws.zip", (tmp_path / "laws.zip").read_bytes())
    (found,) = records(TXT, url=site.url + "/laws.zip", sha256=sha256, archive="v1/*.txt")
    assert (found.text, found.locator, found.fields["path"], found.sha256) == ("act a", "v1/a.txt", "v1/a.txt", sha256)


def test_local_files_are_read_in_sorted_order(put, records):
    for name in ("b.txt", "a.txt", "sub/c.txt"):
        put(name, name)
    found = records(TXT, glob="data/**/*.txt")
    assert [record.locator for record in found] == ["data/a.txt", "data/b.txt", "data/sub/c.txt"]
    assert found[0].sha256 == hashlib.sha256(b"a.txt").hexdigest()
    with pytest.raises(UserError, match="no file matches"):
        records(TXT, glob="data/*.pdf")


def test_a_simulated_file_that_is_not_there_names_the_command_that_makes_it(tmp_path, records):
    read = {"format": "jsonl", "text": ["text"]}
    with pytest.raises(UserError, match=r"documents\.jsonl.*maskzoo simulate"):
        records(read, simulated="documents.jsonl")
    (tmp_path / "simulated").mkdir()
    (tmp_path / "simulated/documents.jsonl").write_text('{"text": "made up"}\n')
    (found,) = records(read, simulated="documents.jsonl")
    assert (found.text, found.locator, found.sha256) == ("made up", "documents.jsonl:line 1", "")


def test_a_wrong_checksum_stops_the_source(site, records):
    site.put("/a.txt", b"changed")
    with pytest.raises(UserError, match=SUM):
        records(TXT, url=site.url + "/a.txt", sha256=SUM)


def test_only_without_a_list_is_refused(records, put):
    with pytest.raises(UserError, match="`only` chooses among `files`"):
        wanted_files(source(url="https://e.org/a", sha256=SUM, only="*"), name="s", folder=None)


# data sets


@pytest.fixture
def dataset(tmp_path):
    """A local folder that `datasets.load_dataset` reads, with class labels."""
    import datasets

    features = datasets.Features(
        {"body": datasets.Value("string"), "label": datasets.ClassLabel(names=["fair", "unfair"])}
    )
    rows = {"body": ["one", "two", "three"], "label": [0, 1, 0]}
    (tmp_path / "set").mkdir()
    datasets.Dataset.from_dict(rows, features=features).to_parquet(tmp_path / "set" / "train.parquet")
    return tmp_path / "set"


def test_a_data_set_is_streamed_with_the_names_of_its_classes(dataset, records):
    read = {"format": "parquet", "text": ["body"], "fields": {"label": "label"}}
    found = records(read, hub={"dataset": "set"})
    assert [(record.text, record.fields["label"]) for record in found] == [
        ("one", "fair"),
        ("two", "unfair"),
        ("three", "fair"),
    ]
    assert found[2].locator == "set/train#3"


@pytest.mark.parametrize(
    ("hub", "text", "message"),
    [
        ({"dataset": "set"}, "text", "no field 'text'.*body, label"),
        ({"dataset": "set", "split": "dev"}, "body", "data set set: cannot be read"),
        ({"dataset": "nobody/nothing"}, "body", "data set nobody/nothing: cannot be read.*network"),
    ],
)
def test_what_a_data_set_lacks_is_a_sentence(dataset, records, hub, text, message):
    with pytest.raises(UserError, match=message):
        records({"format": "parquet", "text": [text]}, hub=hub)


# real text


@pytest.fixture
def legal(mirror, tmp_path):
    """Reads a source of the legal domain at the small scale from the mirror."""
    from tests.conftest import ROOT

    recipe = read_recipe(ROOT / "domains" / "legal", "small")

    def read(name):
        cache = Cache(tmp_path / "cache", (mirror,))
        found = read_source(
            recipe.corpus.sources[name], name=name, folder=recipe.folder, simulated=tmp_path, cache=cache
        )
        return list(found)

    return read


def test_sections_of_real_acts_read_well(legal):
    found = legal("canada_acts_en")
    assert len(found) > 7000
    first = found[0]
    assert first.text == "Short title\nThis Act may be cited as the Access to Information Act."
    assert first.locator == "A-1.xml#1"
    assert not any("  " in record.text or "lims" in record.text for record in found)
    texts = [line for record in found for line in record.text.split("\n") if len(line) > 60]
    assert sum(line.count(" , ") + line.count(" .") for line in texts) < 0.02 * len(texts)


def test_every_article_of_the_french_codes_is_one_document_with_its_path(legal):
    start = time.process_time()
    found = legal("france_codes")
    assert time.process_time() - start < 6
    assert len(found) == 3697
    assert {record.fields["path"].partition("/")[0] for record in found} >= {"Code Pénal", "Code De La Route"}
    assert not any(record.undecodable or "----" in record.text for record in found)


def records(tmp_path, **keys):
    keys.setdefault("read", {"format": "jsonl", "text": ["t"], "fields": {"side": "side"}})
    return list(
        read_source(
            Source.model_validate({"licence": "CC0-1.0", **keys}),
            name="both",
            folder=tmp_path,
            simulated=tmp_path,
            cache=Cache(tmp_path / "cache"),
        )
    )


def test_where_takes_the_records_of_one_published_split(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"t": "x", "side": 0}\n{"t": "y", "side": 1}\n{"t": "z", "side": 2}\n')
    assert [r.text for r in records(tmp_path, glob="a.jsonl", where={"side": 1})] == ["y"]
    assert [r.text for r in records(tmp_path, glob="a.jsonl", where={"side": ["0", "2"]})] == ["x", "z"]
    with pytest.raises(UserError, match=r"both: where: no record has side: 'test'; expected.*'0', '1'"):
        records(tmp_path, glob="a.jsonl", where={"side": "test"})
    with pytest.raises(UserError, match=r"unknown field 'sides'.*side"):
        records(tmp_path, glob="a.jsonl", where={"sides": "test"})


def test_records_are_chosen_by_a_published_list_of_ids(tmp_path):
    (tmp_path / "all.json").write_text('{"7": {"q": "x"}, "12": {"q": "y"}, "30": {"q": "z"}}')
    (tmp_path / "test.json").write_text('{"30": "yes", "7": "no", "99": "no"}')
    read = {"format": "json", "text": ["q"], "fields": {"pmid": "key"}}
    listed = {"glob": "test.json", "licence": "MIT", "read": {"format": "json", "text": ["key"]}}
    found = records(tmp_path, glob="all.json", read=read, among={"pmid": listed})
    assert [record.text for record in found] == ["x", "z"]
    (tmp_path / "test.json").write_text('{"031": "yes"}')
    with pytest.raises(UserError, match=r"among\.pmid: no record is listed.*'031' among 1.*such as '7'"):
        records(tmp_path, glob="all.json", read=read, among={"pmid": listed})
    with pytest.raises(UserError, match=r"unknown field 'pmd'.*pmid"):
        records(tmp_path, glob="all.json", read=read, among={"pmd": listed})


def test_parallel_files_are_joined_line_by_line(tmp_path):
    (tmp_path / "a.java").write_text("one\ntwo\n")
    (tmp_path / "a.cs").write_text("eins\nzwei\n")
    lines = {"format": "txt", "unit": "line"}
    beside = {"other": {"glob": "a.cs", "read": lines, "licence": "CC0-1.0"}}
    found = records(tmp_path, glob="a.java", read=lines, parallel=beside)
    assert [(r.text, r.fields["other"]) for r in found] == [("one", "eins"), ("two", "zwei")]
    (tmp_path / "a.cs").write_text("eins\nzwei\ndrei\n")
    with pytest.raises(UserError, match=r"parallel.other: ends after 2 records"):
        records(tmp_path, glob="a.java", read=lines, parallel=beside)
    (tmp_path / "a.cs").write_text("eins\n\nzwei\n")
    with pytest.raises(UserError, match=r"a.java:line 2 would stand beside a.cs:line 3"):
        records(tmp_path, glob="a.java", read=lines, parallel=beside)


def test_what_stands_beside_is_fetched_too():
    beside = {"other": {"url": "https://e.org/b", "sha256": SUM, "read": TXT, "licence": "CC0-1.0"}}
    both = source(url="https://e.org/a", sha256=hashlib.sha256(b"y").hexdigest(), parallel=beside)
    assert [one.url for one in wanted_files(both, name="both", folder=None)] == ["https://e.org/a", "https://e.org/b"]


def test_csv_with_semicolons(tmp_path):
    (tmp_path / "a.csv").write_text("\ufefft;side\nx, y;1\n")
    read = {"format": "csv", "text": ["t"], "fields": {"side": "side"}, "delimiter": ";"}
    (found,) = records(tmp_path, glob="a.csv", read=read)
    assert (found.text, found.fields["side"]) == ("x, y", "1")
