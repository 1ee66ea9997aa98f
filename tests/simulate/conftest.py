"""Both simulations at the size of the demo, written once."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from maskzoo.simulate import write


@dataclass
class Simulated:
    """What `write` left in a folder, read back."""

    folder: Path
    truth: dict[str, Any]
    documents: dict[str, str]

    def task(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]

    def planted(self) -> set[str]:
        """Documents that play a role (copies included, originals not)."""
        found = set()
        for value in self.truth.values():
            for entry in value if isinstance(value, list) else []:
                found.update(entry.get("documents", []))
                found.update(entry[key] for key in ("document", "copy") if key in entry)
        return found


def simulated(generator: str, folder: Path, *, documents: int, seed: int = 0) -> Simulated:
    write(generator, folder, documents=documents, seed=seed)
    lines = (folder / "documents.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    records = [json.loads(line) for line in lines]
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return Simulated(folder, truth, {record["id"]: record["text"] for record in records})


@pytest.fixture(scope="session", params=["legal", "general"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    return simulated(request.param, tmp_path_factory.mktemp(request.param) / "simulated", documents=600)


@pytest.fixture(scope="session")
def legal(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    return simulated("legal", tmp_path_factory.mktemp("legal") / "simulated", documents=400, seed=3)
