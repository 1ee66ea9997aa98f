"""Whether every result in the card is the one in the results files, and those are the ones that were compared."""

from collections.abc import Iterator, Mapping
from typing import Any

from maskzoo.comparison.probe_section import probe_section
from maskzoo.comparison.table import perplexity_section, task_table, verdict
from maskzoo.files import read_json, sha256_of
from maskzoo.release.gate.candidate import CARD, Candidate, Problem
from maskzoo.tasks import metrics, types

Result = tuple[str, str, str, float]  # task type, task title, metric, value


def problems(candidate: Candidate) -> Iterator[Problem]:
    """Files that changed since they were compared or released, and numbers of the card that are not theirs."""
    layout = candidate.layout
    file = layout.comparison / "comparison.json"
    if not file.is_file():
        yield Problem(f"there is no comparison ({file})", "run `maskzoo compare`")
        return
    if candidate.made["inputs"].get("comparison/comparison.json") != sha256_of(file):
        yield Problem("the models were compared again since the release", candidate.again)
    comparison = read_json(file)
    changed = [
        name
        for name, expected in comparison["provenance"]["inputs"].items()
        if not (layout.root / name).is_file() or sha256_of(layout.root / name) != expected
    ]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        yield Problem(f"{changed[0]}{more} changed since the comparison", "run `maskzoo compare`, then release again")
    for name in ("comparison.md", "comparison.svg"):
        mine, theirs = candidate.folder / name, layout.comparison / name
        if mine.is_file() and theirs.is_file() and mine.read_bytes() != theirs.read_bytes():
            yield Problem(f"{name} is not the one of the comparison", candidate.again)
    yield from _in_metadata(candidate, expected_results(comparison, candidate.variant))
    yield from _in_text(candidate, comparison)


def expected_results(comparison: Mapping[str, Any], variant: str) -> list[Result]:
    """What the header of the card has to say of a variant: its means, rounded as cards round them."""
    found: list[Result] = []
    for task in comparison["tasks"].values():
        mean = _mean(task, variant)
        if mean is not None:
            kind = types.load(task["type"]).HUB_TASK
            found.append((kind, task["title"], metrics.hub_name(task["metric"]), round(mean, 4)))
    mean = _mean(comparison["pseudo_perplexity"], variant)
    if mean is not None:
        found.append(("fill-mask", "Pseudo-perplexity", "perplexity", round(mean, 2)))
    return found


def stated_results(metadata: Mapping[str, Any]) -> list[Result]:
    """What the header of a card says."""
    from huggingface_hub.repocard_data import model_index_to_eval_results

    if not metadata.get("model-index"):
        return []
    _, results = model_index_to_eval_results(metadata["model-index"])
    return [(one.task_type, str(one.task_name), one.metric_type, one.metric_value) for one in results]


def _in_metadata(candidate: Candidate, expected: list[Result]) -> Iterator[Problem]:
    try:
        stated = stated_results(candidate.metadata)
    except Exception:  # the card's own question says so
        return
    for _, title, metric, value in stated:
        right = {entry[3] for entry in expected if entry[1:3] == (title, metric)}
        if value not in right:
            says = f"the results files say {', '.join(map(str, sorted(right)))}" if right else "no results file has it"
            yield Problem(f"{CARD} says {metric} {value} on «{title}», {says}", candidate.again)
    for entry in expected:
        if entry[1:3] not in {one[1:3] for one in stated}:
            yield Problem(f"{CARD} keeps {entry[2]} on «{entry[1]}» to itself", candidate.again)


def _in_text(candidate: Candidate, comparison: Mapping[str, Any]) -> Iterator[Problem]:
    for task in comparison["tasks"].values():
        for part in (task_table(task), verdict(task, only=candidate.variant)):
            if part not in candidate.card:
                yield Problem(f"{CARD} does not give the results on «{task['title']}» as compared", candidate.again)
                break
    if any(part not in candidate.card for part in perplexity_section(comparison["pseudo_perplexity"])):
        yield Problem(f"{CARD} does not give the pseudo-perplexities as compared", candidate.again)
    for panel in comparison.get("probes", {}).values():
        if any(part not in candidate.card for part in probe_section(panel)):
            yield Problem(f"{CARD} does not give the results on «{panel['title']}» as compared", candidate.again)


def _mean(panel: Mapping[str, Any], variant: str) -> float | None:
    return next((model["mean"] for model in panel["models"] if model["name"] == variant), None)
