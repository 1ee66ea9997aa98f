"""Whole simulated corpora: documents with what is planted in them, the tasks, and the truth about both."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from maskzoo import registry
from maskzoo.files import atomic_folder
from maskzoo.simulate import planting
from maskzoo.simulate.pairs import pairs
from maskzoo.simulate.text import ngrams

# role of a document -> share of the documents that play it; the rest is plain
SHARES = {
    "exact_duplicate": 0.03,
    "near_0.02": 0.02,
    "near_0.04": 0.02,
    "near_0.1": 0.02,
    "contaminated": 0.04,
    "personal_data": 0.08,
    "decoys": 0.04,
    "boilerplate_0": 0.06,
    "boilerplate_1": 0.06,
    "control_characters": 0.01,
    "too_short": 0.01,
    "symbols": 0.005,
    "numbers": 0.005,
    "undecodable": 0.01,
}
ATTEMPTS = 50


def stream(
    generator: str,
    *,
    seed: int,
    documents: int | None = None,
    megabytes: float | None = None,
    near_duplicates: float = 0.05,
) -> Iterator[dict[str, str]]:
    """Documents without end, or up to a number of documents or of UTF-8 megabytes of text; memory does not grow.

    Yields `{"id", "text"}`; an edited copy of an earlier one (a share `near_duplicates` of all) also has `copy_of`.
    A document depends on the seed and its number only.

    Raises:
        UserError: no such generator.
    """
    domain = domain_of(generator)
    limit = None if megabytes is None else megabytes * 1e6
    size = number = 0

    def is_copy(index: int) -> bool:
        return index > 0 and _random(generator, seed, "role", index).random() < near_duplicates

    while (documents is None or number < documents) and (limit is None or size < limit):
        source = number
        if near_duplicates and is_copy(number):
            chance = _random(generator, seed, "copy", number)
            while is_copy(source):
                source = chance.randrange(max(0, number - 100_000), number) if source == number else source - 1
        text: str = domain.document(_random(generator, seed, "document", source))
        record = {"id": _id(generator, number), "text": text}
        if source != number:
            share = planting.EDIT_SHARES[chance.randrange(len(planting.EDIT_SHARES))]
            record["text"], _, _ = planting.edited(chance, text, share, domain.WORDS)
            record["copy_of"] = _id(generator, source)
        yield record
        number += 1
        size += len(text.encode())


def write(
    generator: str, folder: Path, *, documents: int, seed: int, settings: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Write documents.jsonl, a JSONL per task and truth.json into `folder`, whole or not at all; returns the truth.

    The same arguments give the same bytes.

    Args:
        settings: for generators that take some.

    Raises:
        UserError: no such generator or setting, or the folder cannot be written.
    """
    domain = domain_of(generator, settings)
    if hasattr(domain, "simulate"):
        return _whole(domain, generator, folder, documents, seed)
    tasks: dict[str, list[dict[str, Any]]] = domain.tasks(_random(generator, seed, "tasks"))
    texts = {task: [_text(example) for example in examples] for task, examples in tasks.items()}
    seen = {
        gram: (task, number)
        for task, examples in texts.items()
        for number, example in enumerate(examples)
        for gram in sorted(ngrams(example))
    }
    shares = {**SHARES, **getattr(domain, "SHARES", {})}
    roles = _roles(_random(generator, seed, "roles"), documents, shares)
    plain = [number for number, role in enumerate(roles) if role is None]
    originals = _originals(_random(generator, seed, "originals"), roles, plain)
    truth = _nothing_planted(generator, documents, seed, domain.FOOTERS, foreign="foreign" in shares)

    def base(number: int) -> str:
        """The untouched document of a number: the first attempt that shares no 13-gram with an evaluation text."""
        text = ""
        for attempt in range(ATTEMPTS):
            text = domain.document(_random(generator, seed, "document", number, attempt))
            if seen.keys().isdisjoint(ngrams(text)):
                break
        return text

    with atomic_folder(folder) as temporary:
        with (temporary / "documents.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for number, role in enumerate(roles):
                name = _id(generator, number)
                chance = _random(generator, seed, "planting", number)
                if role == "foreign":
                    text = domain.foreign(chance)
                    truth["foreign"].append(name)
                else:
                    original = base(originals.get(number, number))
                    text = _planted(role, name, original, chance, truth, texts, domain)
                if number in originals:
                    kind = "exact_duplicates" if role == "exact_duplicate" else "near_duplicates"
                    truth[kind][-1] = {"original": _id(generator, originals[number]), **truth[kind][-1]}
                if role != "contaminated":
                    for task, example in sorted({seen[gram] for gram in ngrams(text) & seen.keys()}):
                        truth["unplanned_overlap"].append({"document": name, "task": task, "example": example})
                file.write(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n")
        for task, examples in tasks.items():
            with (temporary / f"{task}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(json.dumps(example, ensure_ascii=False) + "\n" for example in examples)
        if getattr(domain, "PAIRS", False):
            truth["pairs"] = _write_pairs(temporary / "pairs.jsonl", _random(generator, seed, "pairs"), domain)
        text = json.dumps(truth, indent=1, ensure_ascii=False) + "\n"
        (temporary / "truth.json").write_text(text, encoding="utf-8", newline="\n")
    return truth


def _write_pairs(file: Path, chance: random.Random, domain: Any) -> dict[str, int]:
    """Minimal pairs of a domain whose texts are English; how many there are of each kind of error."""
    found = pairs(chance, domain.document)
    with file.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(json.dumps(pair, ensure_ascii=False) + "\n" for pair in found)
    return dict(Counter(pair["kind"] for pair in found))


def _nothing_planted(
    generator: str, documents: int, seed: int, footers: Sequence[str], *, foreign: bool
) -> dict[str, Any]:
    """The truth about a corpus before anything was planted."""
    truth: dict[str, Any] = {
        "generator": generator,
        "seed": seed,
        "documents": documents,
        "maskzoo": version("maskzoo"),
        "exact_duplicates": [],
        "near_duplicates": [],
        "contaminated": [],
        "personal_data": [],
        "decoys": [],
        "boilerplate": [{"line": footer, "documents": []} for footer in footers],
        "control_characters": [],
        "unfit": [],
        "unplanned_overlap": [],
    }
    if foreign:
        truth["foreign"] = []
    return truth


def _whole(domain: Any, generator: str, folder: Path, documents: int, seed: int) -> dict[str, Any]:
    """What a generator of another material than text writes and knows; `truth.json` is added here."""
    truth: dict[str, Any] = {"generator": generator, "seed": seed, "documents": documents}
    with atomic_folder(folder) as temporary:
        truth |= {"maskzoo": version("maskzoo"), **domain.simulate(temporary, documents=documents, seed=seed)}
        text = json.dumps(truth, indent=1, ensure_ascii=False) + "\n"
        (temporary / "truth.json").write_text(text, encoding="utf-8", newline="\n")
    return truth


def _planted(
    role: str | None,
    name: str,
    text: str,
    chance: random.Random,
    truth: dict[str, Any],
    texts: dict[str, list[str]],
    domain: Any,
) -> str:
    """The text of a document in its role; what was done is added to the truth."""
    if role is None:
        return text
    if role == "exact_duplicate":
        text, change = planting.exact_copy(chance, text)
        truth["exact_duplicates"].append({"copy": name, "change": change})
    elif role.startswith("near_"):
        text, pair = planting.near_copy(chance, text, float(role.removeprefix("near_")), domain.WORDS)
        truth["near_duplicates"].append({"copy": name, **pair})
    elif role == "contaminated":
        task = chance.choice(sorted(texts))
        example = chance.randrange(len(texts[task]))
        text, form, planted = planting.contaminated(chance, text, texts[task][example])
        entry = {"document": name, "task": task, "example": example, "text": texts[task][example]}
        truth["contaminated"].append({**entry, "form": form, "planted": planted})
    elif role == "personal_data":
        text, found = getattr(domain, "with_personal_data", planting.with_personal_data)(chance, text)
        truth["personal_data"].extend({"document": name, **entry} for entry in found)
    elif role == "decoys":
        text, found = getattr(domain, "with_decoys", planting.with_decoys)(chance, text)
        truth["decoys"].extend({"document": name, **entry} for entry in found)
    elif role.startswith("boilerplate_"):
        footer = truth["boilerplate"][int(role.removeprefix("boilerplate_"))]
        text = planting.with_line(chance, text, footer["line"])
        footer["documents"].append(name)
    elif role == "control_characters":
        text, count = planting.with_control_characters(chance, text)
        truth["control_characters"].append({"document": name, "count": count})
    else:
        unfit: dict[str, Callable[[], str]] = {
            "too_short": lambda: planting.too_short(chance),
            "symbols": lambda: planting.symbols(chance),
            "numbers": lambda: planting.numbers(chance),
            "undecodable": lambda: planting.undecodable(chance, text),
        }
        text = unfit[role]()
        truth["unfit"].append({"document": name, "kind": role})
    return text


def _roles(generator: random.Random, documents: int, shares: Mapping[str, float]) -> list[str | None]:
    """The role of each document; the first tenth is plain, so that copies have something to copy."""
    first = -(-documents // 10)
    roles: list[str | None] = [role for role, share in shares.items() for _ in range(round(share * documents))]
    roles += [None] * (documents - first - len(roles))
    generator.shuffle(roles)
    return [None] * first + roles


def _originals(generator: random.Random, roles: list[str | None], plain: list[int]) -> dict[int, int]:
    """For each copy the number of the plain document before it that it copies, each once where there are enough."""
    originals: dict[int, int] = {}
    free = set(plain)
    for number, role in enumerate(roles):
        if role is not None and (role == "exact_duplicate" or role.startswith("near_")):
            earlier = [other for other in plain if other < number and other in free]
            originals[number] = generator.choice(earlier or [other for other in plain if other < number])
            free.discard(originals[number])
    return originals


def _text(example: dict[str, Any]) -> str:
    """What the tasks stage will hold as the example's text."""
    return example["text"] if "text" in example else " ".join(example["tokens"])


def _random(*key: object) -> random.Random:
    """A generator that depends on the key alone (a string seed is hashed by SHA-512, whatever PYTHONHASHSEED says)."""
    return random.Random("/".join(map(str, key)))


def _id(generator: str, number: int) -> str:
    return f"{generator}-{number:07d}"


def domain_of(generator: str, settings: Mapping[str, Any] | None = None) -> Any:
    """The module of a generator, or what its `configured` makes of the settings.

    Raises:
        UserError: no such generator or setting.
    """
    module = registry.load("simulators", generator)
    asked = {"generator": generator, **(settings or {})}
    read = registry.settings("simulators", asked, where="simulate.settings")
    return module.configured(read) if hasattr(module, "configured") else module
