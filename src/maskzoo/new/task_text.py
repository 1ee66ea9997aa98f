"""A task as a new recipe says it."""

from maskzoo.new.source_text import FLAT, address, licence, read, word
from maskzoo.new.task_trial import RELATED
from maskzoo.new.wanted import Wanted
from maskzoo.recipe.task import Limit


def task(wanted: Wanted) -> list[str]:
    """The lines of `tasks` and `finetuning`, or where to read about them."""
    if wanted.labels is None or wanted.plan is None:
        return ["# tasks: see docs/new_domain.md; without one, models are compared by pseudo-perplexity alone"]
    source, found = wanted.sources[0], wanted.labels
    column = FLAT(found.column)
    lines = [
        "",
        "tasks:",
        "  label: # texts of its validation and test examples are taken out of the corpus",
        f"    title: {column}",
        f"    type: {'regression' if found.numeric else 'sequence_classification'}",
        *([f"    language: {word(wanted.languages[0])}"] if wanted.languages else []),
        "    data:",
        "      all: # give train and test instead where a split is published",
        f"        {address(wanted, source)}",
        f"        {licence(wanted)}",
        f"        read: {{{', '.join([*read(wanted, source), f'fields: {{label: {column}}}'])}}}",
    ]
    if found.left_out:
        lines.append(
            f"        where: {{label: [{', '.join(map(FLAT, found.spellings))}]}} # left out: "
            f"{len(found.left_out)} classes with too few examples"
        )
    lines.append("    label: label")
    if found.numeric:
        lines.append(f"    unit: {FLAT(wanted.unit or f'{found.column} as in the table')}")
    lines += [
        _split(wanted),
        f"    metric: {'spearman' if found.numeric else 'macro_f1'}",
        f"    limit: {_limit(wanted.plan.small)}",
        "finetuning: {learning_rate: 5.0e-4, epochs: 3}",
    ]
    return lines


def demo(wanted: Wanted) -> list[str]:
    """What the demo scale says of the task."""
    if wanted.plan is None:
        return []
    return ["    finetuning: {epochs: 2}", f"    tasks: {{label: {{limit: {_limit(wanted.plan.demo)}}}}}"]


def _split(wanted: Wanted) -> str:
    assert wanted.plan is not None
    if wanted.plan.by is not None:
        kept = {"scaffold": "molecules of one scaffold", "identity": "proteins that are relatives"}[wanted.plan.by]
        return f"    split: {{by: {wanted.plan.by}}} # {kept} stay on one side: what is tested is new"
    if wanted.plan.why_not is not None:
        by, why_not = RELATED[wanted.material], " ".join(wanted.plan.why_not.split())
        return f"    # split by a hash, what is tested has relatives in training: by {by} there is no test ({why_not})"
    return "    # split by a hash of the text; `split: {group: <field>}` keeps what belongs together on one side"


def _limit(limit: Limit) -> str:
    return f"{{train: {limit.train}, validation: {limit.validation}, test: {limit.test}}}"
