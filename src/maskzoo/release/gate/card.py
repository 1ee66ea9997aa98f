"""Whether the client of the Hub can read the card's metadata, and whether it says what people look for."""

from collections.abc import Iterator

from maskzoo.release.gate.candidate import CARD, Candidate, Problem

NEEDED = ("license", "library_name", "pipeline_tag", "tags")


def problems(candidate: Candidate) -> Iterator[Problem]:
    """A card that is missing, that the client cannot read, or that lacks what the Hub finds a model by."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.repocard_data import model_index_to_eval_results
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    if not candidate.card:
        yield Problem(f"{CARD} is missing", candidate.again)
        return
    try:
        found = candidate.metadata
        model_index_to_eval_results(found.get("model-index") or [{"name": "none", "results": []}])
    except Exception as error:  # the YAML library, the client and its data classes raise what they like
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        yield Problem(f"the client of the Hub cannot read the metadata of {CARD} ({reason})", candidate.again)
        return
    for key in NEEDED:
        if not found.get(key):
            yield Problem(f"the metadata of {CARD} lacks {key!r}", candidate.again)
    bases = found.get("base_model") or []
    if candidate.adapter and not bases:
        yield Problem(f"the metadata of an adapter's {CARD} lacks 'base_model'", candidate.again)
    for key, ids in (("base_model", bases), ("datasets", found.get("datasets") or [])):
        for one in [ids] if isinstance(ids, str) else ids:
            try:
                validate_repo_id(one)
            except HFValidationError as error:
                yield Problem(f"{key} of {CARD}: {one!r} is no id on the Hub ({error})", "mend it in domain.yaml")
