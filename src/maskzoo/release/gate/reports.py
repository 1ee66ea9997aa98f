"""Whether the reports on decontamination and personal data are there, and in the card as the corpus gave them."""

from collections.abc import Iterator

from maskzoo.files import read_json, sha256_of
from maskzoo.release.corpus_section import corpus_section
from maskzoo.release.gate.candidate import CARD, Candidate, Problem


def problems(candidate: Candidate) -> Iterator[Problem]:
    """A corpus that was not searched, one that is not the released one, or a card that does not tell of it."""
    file, recipe = candidate.layout.funnel, candidate.recipe
    whole = f"snakemake --cores 8 domains/{recipe.name} --config scale={recipe.scale}"
    if not file.is_file():
        yield Problem(f"there is no report on the corpus ({file})", f"run `{whole}`")
        return
    if candidate.made["inputs"].get("corpus/funnel.json") != sha256_of(file):
        yield Problem("the corpus was made again since the release", candidate.again)
    funnel = read_json(file)
    unsearched = [name for name in recipe.tasks if name not in funnel["decontamination"]]
    if unsearched:
        yield Problem(
            f"the corpus was not decontaminated against {', '.join(unsearched)}",
            f"leave `corpus.decontamination` on in domain.yaml and run `{whole}`",
        )
    if not funnel["privacy"]:
        yield Problem(
            "personal data was not searched for", f"leave `corpus.privacy` on in domain.yaml and run `{whole}`"
        )
    for paragraph in corpus_section(funnel, recipe.tasks, material=recipe.corpus.material):
        if paragraph.strip() not in candidate.card:
            first = paragraph.strip().splitlines()[0]
            yield Problem(f"{CARD} does not say of the corpus what funnel.json does («{first[:80]}»)", candidate.again)
