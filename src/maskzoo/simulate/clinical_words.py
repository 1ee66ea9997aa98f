"""The wording of simulated notes: what ten sections of a pathology report or a discharge summary say.

Sections share sites, lesions, drugs and tests on purpose: which section a sentence belongs to is said by what is done
with them. Context: `SITE`, `SITE2`, `LESION`, `LESION2`, `SYMPTOM`, `DRUG`, `DRUG2`, `TEST`, `CM`, `CM2`, `DOSE`,
`DOSE2`,
`LAB`, `VITAL`, `YEAR`, `AGE`, `N1`, `N2` (numbers in words), `STAGE`, `MARKER`, `S` (he or she), `P` (his or her).
"""

from maskzoo.simulate.words import words_of

PATHOLOGY = ("specimen", "gross", "microscopic", "diagnosis", "comment")
DISCHARGE = ("history", "medications", "laboratory", "course", "follow_up")
SECTIONS = PATHOLOGY + DISCHARGE

VALUES = words_of("clinical_words.values")

SECTION_RULES = words_of("clinical_words.section_rules")
