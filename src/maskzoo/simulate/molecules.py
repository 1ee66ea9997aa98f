"""Molecules built from rings, linkers and ends that fit together, so that every string is a valid SMILES.

A ring has one or two places `{}` for what hangs on it and a mark `@` for the number of its bond, which differs from
that of the rings around it.
"""

import random

RINGS = (
    "c@ccccc@{}",
    "c@ccc({})cc@{}",
    "c@cccc({})c@{}",
    "c@ccncc@{}",
    "c@cnc({})nc@{}",
    "c@ccsc@{}",
    "c@ccoc@{}",
    "C@CCCCC@{}",
    "C@CCC({})CC@{}",
    "N@CCCCC@{}",
    "N@CCN({})CC@{}",
    "N@CCOCC@{}",
    "C@CC@{}",
    "C@CCNC@{}",
)
LINKERS = (
    "C",
    "CC",
    "CCC",
    "O",
    "N",
    "S",
    "OC",
    "NC",
    "C(=O)N",
    "NC(=O)",
    "C(=O)O",
    "S(=O)(=O)N",
    "C(C)",
    "C=C",
    "OCC",
)
ENDS = (
    *("C", "CC", "C(C)C", "C(C)(C)C", "O", "OC", "N", "N(C)C", "F", "Cl", "Br", "C#N", "C(=O)O", "C(N)=O"),
    *("C(F)(F)F", "OC(F)(F)F", "[N+](=O)[O-]", "S(C)(=O)=O", "[C@H](C)N", "[C@@H](C)O", "C(=O)C", "CO", "I", "S"),
)
SALTS = ("Cl", "[Na+].[Cl-]", "O", "Br", "OS(=O)(=O)O", "[K+].[Cl-]")
ACYCLIC = 0.15  # share of molecules without a ring


def molecule(generator: random.Random) -> str:
    """A drug-like molecule of one to three rings, or a chain."""
    if generator.random() < ACYCLIC:
        return generator.choice(ENDS[:8]) + _chain(generator) + generator.choice(ENDS)
    return _ring(generator, 1)


def _ring(generator: random.Random, depth: int) -> str:
    shape = generator.choice(RINGS).replace("@", str(depth))
    return shape.format(*(_hanging(generator, depth) for _ in range(shape.count("{}"))))


def _hanging(generator: random.Random, depth: int) -> str:
    if depth < 3 and generator.random() < 0.45:
        return generator.choice(LINKERS) + _ring(generator, depth + 1)
    if generator.random() < 0.3:
        return generator.choice(LINKERS) + generator.choice(ENDS)
    return generator.choice(ENDS)


def _chain(generator: random.Random) -> str:
    return "".join(
        generator.choice(("C", "C", "C", "O", "NC", "C(C)", "C=C")) + "C" for _ in range(generator.randint(2, 5))
    )
