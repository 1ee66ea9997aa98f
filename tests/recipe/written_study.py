"""A small study, written as a file."""

from pathlib import Path

import yaml

STUDY = {
    "title": "Rates",
    "question": "Does more masking help?",
    "domain": "legal",
    "scale": "demo",
    "variant": "scratch",
    "seeds": [0, 1],
    "budget": {"tokens": 4096},
    "grid": {
        "masking": {"low": {"masking": {"rate": 0.15}}, "high": {"masking": {"rate": 0.4}}},
        "schedule": {"plain": None, "detour": {"training": {"schedule": "clm_detour"}}},
    },
}


def write(folder: Path, name: str = "rates", **changed: object) -> None:
    """The file `studies/<name>.yaml` of a zoo."""
    (folder / "studies").mkdir(exist_ok=True)
    (folder / "studies" / f"{name}.yaml").write_text(yaml.safe_dump({**STUDY, **changed}, sort_keys=False))
