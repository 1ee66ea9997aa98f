"""Shared by the tests of `maskzoo new`: the stages that a new recipe has to go through, run for real."""

import json

import pytest

from maskzoo.cli import main


@pytest.fixture
def made(zoo):
    """Writes a domain with `maskzoo new`, checks it and returns its folder."""

    def new(name, *arguments):
        assert main(["new", f"domains/{name}", *map(str, arguments)]) == 0
        assert main(["check", f"domains/{name}"]) == 0
        return zoo / "domains" / name

    return new


@pytest.fixture
def corpus(zoo):
    """Runs `maskzoo corpus` on a domain and returns what funnel.json holds."""

    def run(name):
        assert main(["corpus", f"domains/{name}", "--threads", "1"]) == 0
        return json.loads((zoo / f"results/demo/{name}/corpus/funnel.json").read_text())

    return run


@pytest.fixture
def tasks(zoo):
    """Runs `maskzoo tasks` on the task `label` of a domain and returns split -> rows, and task.json."""

    def run(name):
        import pyarrow.parquet as pq

        assert main(["tasks", f"domains/{name}", "--task", "label"]) == 0
        folder = zoo / f"results/demo/{name}/tasks/label"
        rows = {split: pq.read_table(folder / f"{split}.parquet").to_pylist() for split in SPLITS}
        return rows, json.loads((folder / "task.json").read_text())

    return run


SPLITS = ("train", "validation", "test")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Data sets on a loopback Hub that the client in this process talks to; nothing else is asked of it."""
    import datasets
    from huggingface_hub import constants
    from huggingface_hub.utils import close_session

    from .loopback import DataSets, serve

    sets = DataSets()
    server, thread = serve(sets)
    for name, value in {
        "ENDPOINT": sets.url,
        "HUGGINGFACE_CO_URL_TEMPLATE": sets.url + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_OFFLINE": False,
        "HF_HUB_DISABLE_XET": True,
        "HF_HUB_CACHE": str(tmp_path / "hf"),
    }.items():
        monkeypatch.setattr(constants, name, value)
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", sets.url)
    monkeypatch.setattr(datasets.config, "HUB_DATASETS_URL", sets.url + "/datasets/{repo_id}/resolve/{revision}/{path}")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(datasets.config, "HF_UPDATE_DOWNLOAD_COUNTS", False)
    close_session()
    yield sets
    close_session()
    server.shutdown()
    thread.join()
    server.server_close()
    assert sets.unknown == []
