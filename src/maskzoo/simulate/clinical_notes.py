"""Notes whose parts agree: one patient, one place in the body, one finding from the first line to the last."""

import random

from maskzoo.simulate import names
from maskzoo.simulate.clinical_entities import ENTITIES
from maskzoo.simulate.clinical_words import DISCHARGE, PATHOLOGY, SECTION_RULES, VALUES
from maskzoo.simulate.grammar import Grammar, sentence
from maskzoo.simulate.names import pick

GRAMMAR = Grammar(VALUES, SECTION_RULES, ENTITIES)
HEADINGS = {
    "specimen": ("SPECIMEN", "MATERIAL SUBMITTED", "SOURCE OF SPECIMEN"),
    "gross": ("GROSS DESCRIPTION", "MACROSCOPIC", "GROSS"),
    "microscopic": ("MICROSCOPIC DESCRIPTION", "HISTOLOGY", "MICROSCOPY"),
    "diagnosis": ("DIAGNOSIS", "FINAL DIAGNOSIS", "CONCLUSION"),
    "comment": ("COMMENT", "NOTE", "REMARKS"),
    "history": ("HISTORY OF PRESENT ILLNESS", "HISTORY", "REASON FOR ADMISSION"),
    "medications": ("MEDICATIONS", "DISCHARGE MEDICATIONS", "CURRENT DRUGS"),
    "laboratory": ("LABORATORY DATA", "RESULTS", "STUDIES"),
    "course": ("HOSPITAL COURSE", "COURSE", "SUMMARY OF STAY"),
    "follow_up": ("FOLLOW UP", "DISCHARGE INSTRUCTIONS", "PLAN AFTER DISCHARGE"),
}
LABS = (
    ("haemoglobin", 7.0, 16.0, "g/dL"),
    ("sodium", 128.0, 148.0, "mmol/L"),
    ("potassium", 2.9, 5.8, "mmol/L"),
    ("creatinine", 0.5, 4.2, "mg/dL"),
    ("glucose", 61.0, 390.0, "mg/dL"),
    ("white cell count", 2.1, 24.0, "x10^9/L"),
    ("platelets", 40.0, 480.0, "x10^9/L"),
    ("C-reactive protein", 1.0, 210.0, "mg/L"),
    ("prostate-specific antigen", 0.2, 38.0, "ng/mL"),
    ("bilirubin", 0.3, 9.5, "mg/dL"),
)


def note(generator: random.Random) -> str:
    """A pathology report or a discharge summary, one section a paragraph."""
    kept = patient(generator)
    lines = []
    for section in PATHOLOGY if generator.random() < 0.5 else DISCHARGE:
        count = 3 + int(generator.random() * 3)
        said = [section_sentence(generator, section, kept) for _ in range(count)]
        lines.append(f"{pick(generator, HEADINGS[section])}: {' '.join(said)}")
    return "\n".join(lines)


def patient(generator: random.Random) -> dict[str, str]:
    """What stays the same within a note: the place, the finding, the complaint, the drug."""
    kept = {key: GRAMMAR.expand(key.lower(), generator, {}) for key in ("SITE", "LESION", "SYMPTOM", "DRUG")}
    he = generator.random() < 0.5
    return kept | {
        "AGE": str(18 + int(generator.random() * 71)),
        "S": "he" if he else "she",
        "P": "his" if he else "her",
    }


def section_sentence(generator: random.Random, section: str, kept: dict[str, str]) -> str:
    """One sentence of a section, with fresh numbers."""
    return sentence(GRAMMAR.expand(section + ".says", generator, {**details(generator), **kept}))


def details(generator: random.Random) -> dict[str, str]:
    """Values that change from sentence to sentence: sizes, doses, results, other findings."""
    rules = {"SITE2": "site", "LESION2": "lesion", "DRUG2": "drug", "TEST": "test", "MARKER": "marker"}
    found = {key: GRAMMAR.expand(rule, generator, {}) for key, rule in rules.items()}
    return found | {
        "CM": _size(generator),
        "CM2": f"{1 + int(generator.random() * 40) / 10:.1f} cm",
        "DOSE": _dose(generator),
        "DOSE2": _dose(generator),
        "LAB": _lab(generator),
        "VITAL": _vital(generator),
        "YEAR": str(1988 + int(generator.random() * 36)),
        "STAGE": _stage(generator),
        "N1": pick(generator, names.NUMBERS),
        "N2": pick(generator, names.NUMBERS),
    }


def _size(generator: random.Random) -> str:
    return " x ".join(f"{0.2 + generator.random() * 9:.1f}" for _ in range(2 + int(generator.random() * 2))) + " cm"


def _dose(generator: random.Random) -> str:
    return pick(
        generator, ("5 mg", "10 mg", "12.5 mg", "20 mg", "40 mg", "75 mg", "0.5 mg/kg", "100 mg", "500 mg", "8 units")
    )


def _lab(generator: random.Random) -> str:
    name, low, high, unit = LABS[int(generator.random() * len(LABS))]
    return f"{name} {low + generator.random() * (high - low):.1f} {unit}"


def _vital(generator: random.Random) -> str:
    pressure = f"blood pressure {95 + int(generator.random() * 90)}/{50 + int(generator.random() * 55)}"
    return pick(
        generator,
        (
            pressure,
            f"pulse {48 + int(generator.random() * 80)}",
            f"temperature {36 + generator.random() * 4:.1f} C",
            f"oxygen saturation {86 + int(generator.random() * 14)}% on room air",
        ),
    )


def _stage(generator: random.Random) -> str:
    tumour, node = 1 + int(generator.random() * 4), int(generator.random() * 3)
    return pick(
        generator, (f"stage {tumour}", f"pT{tumour}N{node}", f"T{tumour}N{node}M0", f"Gleason {tumour}+4={tumour + 4}")
    )
