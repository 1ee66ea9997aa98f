"""Proteins of known families, with the tasks family (which one), fitness (of variants of one protein), structure (of
every residue) and binder (a peptide after its target).

truth.json names documents by their header and holds, beside what every simulation says:

- families: `document` -> family; exact_duplicates: `original`, `copy`, `change` (none, case, stop, gaps)
- near_duplicates: `original`, `copy`, `identity` (of equally long sequences, exactly)
- contaminated: `document`, `task`, `example` (its number), `form` (whole, run); it is one in the narrow sense when the
  example fell into validation or test
- changes: what curation has to count: gap_removed, stop_removed, U_to_C, O_to_K, J_to_X
- unfit: `document`, `kind` (outside_alphabet, inner_stop, too_short, unknown_residues)
- effects: the planted change of fitness of every mutation, and `noise`
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from maskzoo.materials.protein.blosum62 import ORDER
from maskzoo.simulate.evolution import Codes, Family, changed, descendant, family, letters

FAMILIES, CLASSES = 24, 8
NEAR = (0.97, 0.93, 0.80, 0.70)  # identities of planted copies
SHARES = {
    **{"exact_duplicate": 0.04, "contaminated": 0.03, "stop": 0.1, "gaps": 0.05, "rare": 0.04},
    **{f"near_{identity}": 0.025 for identity in NEAR},
    **dict.fromkeys(("outside_alphabet", "inner_stop", "too_short", "unknown_residues"), 0.008),
}
IDENTITY = (0.45, 0.70)  # of descendants with their ancestor
CLASSIFIED, VARIANTS, STRUCTURES, BINDERS = 480, 600, 240, 400
SITES, NOISE = 12, 0.3
STRUCTURE_FAMILIES = 60
RUN = 24  # residues of an evaluation text that are planted
BINDER, LINKER = 8, 40
RARE = {"U": "C", "O": "K", "J": "X"}


def simulate(folder: Path, *, documents: int, seed: int) -> dict[str, Any]:
    """Write families.fasta and the files of the tasks; what was planted is returned."""
    generator = np.random.default_rng([seed, 20])
    families = [family(generator, shortest=70, longest=160) for _ in range(FAMILIES)]
    truth: dict[str, Any] = {"families": {}, "exact_duplicates": [], "near_duplicates": [], "contaminated": []}
    truth |= {"unfit": [], "changes": Counter()}
    examples = {
        "family": _family(generator, families[:CLASSES]),
        "fitness": _fitness(generator, families[CLASSES], truth),
        "structure": _structure(generator),
        "binder": _binder(generator),
    }
    for task in ("family", "fitness", "binder"):
        _lines(folder / f"{task}.jsonl", (json.dumps(example) for example in examples[task]))
    for name, key in (("structure", "text"), ("structure_labels", "tags"), ("structure_mask", "mask")):
        entries = enumerate(examples["structure"])
        _lines(folder / f"{name}.fasta", (f">structure-{number:05d}\n{one[key]}" for number, one in entries))
    corpus = _Corpus(np.random.default_rng([seed, 21]), families, examples, truth)
    _lines(folder / "families.fasta", (corpus.entry(number, role) for number, role in corpus.roles(documents)))
    return truth


def _lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(line + "\n" for line in lines)


def _descendant(generator: np.random.Generator, origin: Family) -> Codes:
    return descendant(generator, origin, float(generator.uniform(*IDENTITY)))


def _family(generator: np.random.Generator, families: list[Family]) -> list[dict[str, Any]]:
    numbers = [number % len(families) for number in range(CLASSIFIED)]
    generator.shuffle(numbers)
    return [{"text": letters(_descendant(generator, families[n])), "label": f"F{n:02d}"} for n in numbers]


def _fitness(generator: np.random.Generator, origin: Family, truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Variants of one protein at one to four of some places; every mutation has an effect of its own, and they add."""
    wild = origin.ancestor
    places = np.sort(generator.choice(len(wild), size=SITES, replace=False))
    effects = generator.normal(0, 1, size=(SITES, len(ORDER)))
    effects[np.arange(SITES), wild[places]] = 0
    truth["effects"] = {
        f"{ORDER[wild[place]]}{place + 1}{letter}": round(float(effects[site, code]), 4)
        for site, place in enumerate(places)
        for code, letter in enumerate(ORDER)
        if code != wild[place]
    }
    truth["noise"] = NOISE
    found: dict[str, float] = {}
    while len(found) < VARIANTS:
        variant = wild.copy()
        chosen = generator.choice(SITES, size=int(generator.integers(1, 5)), replace=False)
        variant[places[chosen]] = generator.integers(len(ORDER), size=len(chosen))
        value = effects[np.arange(SITES), variant[places]].sum() + generator.normal(0, NOISE)
        found.setdefault(letters(variant), round(float(value), 4))
    return [{"text": text, "fitness": value} for text, value in found.items()]


def _structure(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Several descendants of families of their own; the mask takes out what an experiment might not have seen."""
    examples = []
    for _ in range(STRUCTURE_FAMILIES):
        origin = family(generator, shortest=60, longest=120)
        for _ in range(STRUCTURES // STRUCTURE_FAMILIES):
            mask = ["1"] * len(origin.structure)
            for place in range(int(generator.integers(0, 6))):
                mask[place] = mask[-1 - place] = "0"
            text = letters(_descendant(generator, origin))
            examples.append({"text": text, "tags": origin.structure, "mask": "".join(mask)})
    return examples


def _binder(generator: np.random.Generator) -> list[dict[str, Any]]:
    """A target, then a peptide that answers to its first residues, letter by letter: charge to its opposite, ..."""
    answer = dict(zip("ARNDCQEGHILKMFPSTWYV", "VESKCTRPDLAEFIGNQYWM", strict=True))
    examples = []
    for _ in range(BINDERS):
        target = letters(family(generator, shortest=LINKER, longest=LINKER + 20).ancestor)
        binder = "".join(answer[letter] for letter in target[:BINDER])
        span = [len(target), len(target) + len(binder), "binder"]
        examples.append({"text": target + binder, "spans": json.dumps([span])})
    return examples


class _Corpus:
    """The documents, and what is planted in them."""

    def __init__(
        self,
        generator: np.random.Generator,
        families: list[Family],
        examples: dict[str, list[dict[str, Any]]],
        truth: dict[str, Any],
    ) -> None:
        self.generator, self.families, self.examples, self.truth = generator, families, examples, truth
        self.plain: list[tuple[str, Codes]] = []  # those that a copy may be made of, each once

    def roles(self, documents: int) -> list[tuple[int, str]]:
        """Number and role of every document; the first fifth is plain, so that copies have something to copy."""
        first = -(-documents // 5)
        roles = [role for role, share in SHARES.items() for _ in range(round(share * documents))]
        roles += ["plain"] * (documents - first - len(roles))
        self.generator.shuffle(roles)
        return list(enumerate(["plain"] * first + roles))

    def entry(self, number: int, role: str) -> str:
        """A FASTA entry, wrapped."""
        name = f"protein-{number:06d}"
        which = int(self.generator.integers(len(self.families)))
        codes = _descendant(self.generator, self.families[which])
        text = letters(codes)
        if role == "plain":
            self.plain.append((name, codes))
        elif role == "exact_duplicate" or role.startswith("near_"):
            text, which = self._copy(name, role)
        else:
            text = getattr(self, f"_{role}")(name, text)
        self.truth["families"][name] = f"F{which:02d}"
        wrapped = "\n".join(text[start : start + 60] for start in range(0, len(text), 60))
        return f">{name} family=F{which:02d}\n{wrapped}"

    def _copy(self, name: str, role: str) -> tuple[str, int]:
        original, codes = self.plain.pop(int(self.generator.integers(len(self.plain))))
        which = int(self.truth["families"][original][1:])
        if role == "exact_duplicate":
            change = ("none", "case", "stop", "gaps")[int(self.generator.integers(4))]
            text = letters(codes)
            if change == "case":
                text = text.lower()
            elif change != "none":
                text = getattr(self, f"_{change}")(name, text)
            self.truth["exact_duplicates"].append({"original": original, "copy": name, "change": change})
            return text, which
        changes = round((1 - float(role.removeprefix("near_"))) * len(codes))
        identity = round(1 - changes / len(codes), 4)
        self.truth["near_duplicates"].append({"original": original, "copy": name, "identity": identity})
        return letters(changed(self.generator, codes, changes)), which

    def _stop(self, name: str, text: str) -> str:
        self.truth["changes"]["stop_removed"] += 1
        return text + "*"

    def _gaps(self, name: str, text: str) -> str:
        pieces = list(text)
        count = int(self.generator.integers(1, 12))
        for _ in range(count):
            pieces.insert(int(self.generator.integers(len(pieces) + 1)), "-")
        self.truth["changes"]["gap_removed"] += count
        return "".join(pieces)

    def _rare(self, name: str, text: str) -> str:
        letter = list(RARE)[int(self.generator.integers(len(RARE)))]
        self.truth["changes"][f"{letter}_to_{RARE[letter]}"] += 1
        place = int(self.generator.integers(len(text)))
        return text[:place] + letter + text[place + 1 :]

    def _contaminated(self, name: str, text: str) -> str:
        task = ("family", "structure", "fitness")[int(self.generator.integers(3))]
        example = int(self.generator.integers(len(self.examples[task])))
        planted = str(self.examples[task][example]["text"])
        form = "whole"
        if self.generator.random() < 0.5:
            start = int(self.generator.integers(len(planted) - RUN))
            form, planted = "run", planted[start : start + RUN]
        self.truth["contaminated"].append({"document": name, "task": task, "example": example, "form": form})
        place = int(self.generator.integers(len(text) + 1))
        return text[:place] + planted + text[place:]

    def _unfit(self, name: str, kind: str, text: str) -> str:
        self.truth["unfit"].append({"document": name, "kind": kind})
        return text

    def _outside_alphabet(self, name: str, text: str) -> str:
        place = int(self.generator.integers(len(text)))
        return self._unfit(name, "outside_alphabet", text[:place] + "1" + text[place:])

    def _inner_stop(self, name: str, text: str) -> str:
        place = int(self.generator.integers(1, len(text)))
        return self._unfit(name, "inner_stop", text[:place] + "*" + text[place:])

    def _too_short(self, name: str, text: str) -> str:
        return self._unfit(name, "too_short", text[: int(self.generator.integers(1, 10))])

    def _unknown_residues(self, name: str, text: str) -> str:
        return self._unfit(name, "unknown_residues", "X" * (len(text) // 2) + text[len(text) // 2 :])
