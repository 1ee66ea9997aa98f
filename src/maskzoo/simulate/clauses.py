"""The wording of contract clauses: for each type what it orders (`.main`), its case (`.case`) and its name (`.name`).

Types share most of their words on purpose. A clause is what its *main* part orders; the cases and names of other types
stand around it, so that a bag of words is often wrong where a reader is not. Context: `X`, `Y` (two roles), `D` (this
contract), `R1`, `R2` (sections), `T1`, `T2` (defined terms), `AMOUNT`, `DATE`, `PLACE`, `N1`, `N2` (numbers in words).
"""

from maskzoo.simulate.words import words_of

TYPES = (
    "assignment",
    "confidentiality",
    "data_protection",
    "governing_law",
    "indemnity",
    "intellectual_property",
    "liability",
    "payment",
    "termination",
    "warranty",
    "force_majeure",
    "notices",
)

MAINS = words_of("clauses.mains")

CASES = words_of("clauses.cases")

# how a main part of type T is set among cases and names of another type O
FRAMES = words_of("clauses.frames")
