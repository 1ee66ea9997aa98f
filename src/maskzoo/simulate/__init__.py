"""Seeded generators of small corpora that know the truth they planted.

`write(generator, folder, documents=, seed=)` writes documents.jsonl (`id`, `text`), one JSONL per task and truth.json;
`stream(generator, seed=, documents= or megabytes=)` yields documents without end for benchmarks.

truth.json holds `generator`, `seed`, `documents` (how many), `maskzoo` (version) and these
lists, in which documents are named by `id`:

- exact_duplicates: `original`, `copy` (always after the original), `change` (none, case, space)
- near_duplicates: `original`, `copy`, `edit_share` (0.02, 0.04, 0.1), `words` (runs without white space), `replaced`,
  `jaccard` (of the sets of five-word shingles; words are runs of letters and digits, case folded)
- contaminated: `document`, `task`, `example` (line of the task's file, from 0), `text` (of the example; tagged
  words joined by a space), `form` (whole, run), `planted` (the line that was set into the document). Splits are decided
  later: a document is contaminated in the narrow sense when `text` fell into validation or test.
- personal_data: `document`, `kind` (email, phone, iban, ssn), `text` (to be scrubbed)
- decoys: `document`, `kind` (section, amount, iban, years, order, ssn), `text` (to be kept: invalid or no such data)
- boilerplate: `line`, `documents` (the line stands in each of them)
- control_characters: `document`, `count` (to be removed; the document stays)
- unfit: `document`, `kind` (too_short, symbols, numbers, undecodable; the document is to be dropped)
- foreign (generators that plant it): `id` of each document in another language (to be dropped where that is asked for)
- unplanned_overlap: `document`, `task`, `example` wherever an uncontaminated document shares 13 words with
  an example

A document plays one role only. Plain documents are no near-duplicates of one another.
"""

from maskzoo.simulate.simulation import stream, write

__all__ = ["stream", "write"]
