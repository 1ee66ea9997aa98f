"""The wording of plain prose on eight topics: what people do there (`.does`), with what, where, and what comes of it.

Every topic has the rules `.doer`, `.does`, `.where`, `.fact` and `.tool`; frames that all topics share turn them into
sentences (`doer` and so on in a frame are those of its topic).

Context: `NAME`, `NAME2` (a first name, a person), `PLACE`, `N1`, `N2` (numbers in words).
"""

from maskzoo.simulate.words import words_of

TOPICS = ("cooking", "garden", "household", "science", "sport", "travel", "weather", "work")

COMMON = words_of("prose.common")

FRAMES = words_of("prose.frames")

PROSE = words_of("prose.prose")
