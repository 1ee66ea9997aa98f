"""The page of the whole zoo: a model card without a model, with every release, its licence and its results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.release.gate.files import SECRET
from maskzoo.release.package import ORIGIN, told_path
from maskzoo.reporting.markdown import plain, table

NAME = "maskzoo"
MADE_UP = "demo"  # the scale whose texts are simulated
IDENTITY = {"domain": "the whole zoo", "scale": "", "variant": ""}


@dataclass(frozen=True)
class Entry:
    """A release folder, as its own card and how_it_was_made.json tell of it.

    Attributes:
        results: (task, metric, value) as the header of its card has them.
        sums: SHA-256 of its files.
    """

    name: str
    domain: str
    scale: str
    variant: str
    licence: str
    languages: tuple[str, ...]
    parameters: int | None
    results: tuple[tuple[str, str, float], ...]
    sums: Mapping[str, str]


def entries(results: Path) -> list[Entry]:
    """All release folders below a results folder: real scales first, then by domain and variant."""
    files = sorted(results.glob(f"*/**/release/*/{ORIGIN}"))
    found = [_entry(file.parent, read_json(file)) for file in files if not _hidden(file, results)]
    return sorted(found, key=lambda one: (one.scale == MADE_UP, one.scale, one.domain, one.variant))


def write_index(results: Path, namespace: str, published: Iterable[str]) -> Path:
    """Write `index/` below a results folder: the card, and which releases it shows. The same releases, the same bytes.

    Args:
        published: ids of the repositories that are on the Hub; the others are named without a link.

    Raises:
        UserError: nothing was released, or a release tells a path or a token.
    """
    found = entries(results)
    if not found:
        raise UserError("nothing was released", where=str(results), hint="run: snakemake --cores 8 domains/legal")
    target = results / "index"
    with atomic_folder(target) as folder:
        card = folder / "README.md"
        card.write_text(index_card(found, namespace, set(published)), encoding="utf-8")
        path = told_path(card)
        if path is not None or SECRET.search(card.read_text(encoding="utf-8")):
            raise UserError("the page of the zoo would tell a path or a token", where=path or str(card))
        models = [{"name": one.name, "files": dict(one.sums)} for one in found]
        write_json(
            folder / ORIGIN, {**IDENTITY, "name": NAME, "models": models, "files": {"README.md": sha256_of(card)}}
        )
    return target


def index_card(found: Sequence[Entry], namespace: str, published: set[str]) -> str:
    """The card: a table for every scale, and the licences."""
    from huggingface_hub import ModelCardData

    languages = sorted({language for one in found for language in one.languages})
    header = ModelCardData(
        language=languages or None,
        license="other",
        license_name="each-model-its-own",
        license_link=f"https://huggingface.co/{namespace}/{NAME}#licences",
        library_name="transformers",
        pipeline_tag="fill-mask",
        tags=[NAME, "masked-language-modeling", "collection"],
    )
    parts = [
        "# The zoo",
        f"Masked language models, one per domain: {len(found)} releases, {len({one.domain for one in found})} domains. "
        "Every number here is the one in the model's own card, which has the baselines, intervals and tests beside it.",
    ]
    for scale, group in groupby(found, key=lambda one: one.scale):
        made_up = " (simulated texts: these show that the pipeline works)" if scale == MADE_UP else ""
        parts += [f"## Scale `{scale}`{made_up}", table(HEADER, [_row(one, namespace, published) for one in group])]
    licences = sorted({one.licence for one in found})
    parts += ["## Licences", "\n".join(f"- {name}: {_names(found, name)}" for name in licences)]
    return f"---\n{header.to_yaml()}\n---\n\n" + "\n\n".join(parts) + "\n"


HEADER = ("domain", "model", "languages", "parameters", "licence", "results on held-out tests")


def _row(one: Entry, namespace: str, published: set[str]) -> tuple[str, ...]:
    repository = f"{namespace}/{one.name}"
    shown = f"[{one.name}](https://huggingface.co/{repository})" if repository in published else f"`{one.name}`"
    results = "; ".join(f"{plain(title)}: {metric} {value:g}" for title, metric, value in one.results)
    count = f"{one.parameters:,}" if one.parameters else ""
    return one.domain, shown, ", ".join(one.languages), count, one.licence, results


def _names(found: Sequence[Entry], licence: str) -> str:
    return ", ".join(one.name for one in found if one.licence == licence)


def _entry(folder: Path, made: Mapping[str, Any]) -> Entry:
    from huggingface_hub import ModelCard
    from huggingface_hub.repocard_data import model_index_to_eval_results

    data = ModelCard.load(folder / "README.md").data.to_dict()
    languages = data.get("language") or ()
    results = model_index_to_eval_results(data["model-index"])[1] if data.get("model-index") else []
    return Entry(
        name=made["name"],
        domain=made["domain"],
        scale=made["scale"],
        variant=made["variant"],
        licence=made["licence"],
        languages=(languages,) if isinstance(languages, str) else tuple(languages),
        parameters=made.get("pretraining", {}).get("parameters"),
        results=tuple(
            (str(one.task_name), str(one.metric_name or one.metric_type), one.metric_value) for one in results
        ),
        sums={**made["files"], ORIGIN: sha256_of(folder / ORIGIN)},
    )


def _hidden(file: Path, root: Path) -> bool:
    """Whether a file lies in a folder that is still being written."""
    return any(part.startswith(".") for part in file.relative_to(root).parts)
