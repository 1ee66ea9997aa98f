"""What the baselines of cloze share: answers and log-probabilities of pieces as predictions."""

from collections.abc import Callable

from maskzoo.tasks.baselines import Predictions
from maskzoo.tasks.task_data import Split

# text, first character, the one after the last, kind -> the piece filled in; log-probability of the piece itself
Answer = Callable[[str, int, int, str], tuple[str, float]]


def filled(split: Split, answer: Answer) -> Predictions:
    """Predictions for a split of a cloze task. An answer may not look at the piece, its log-probability must."""
    found, sums = [], []
    for text, gold, spans in zip(split.texts, split.gold, split.parts["spans"], strict=True):
        answers = [answer(text, *span) for span in spans]
        found.append([piece for piece, _ in answers])
        right = sum(piece == true for (piece, _), true in zip(answers, gold, strict=True))
        sure = sum(log_probability for _, log_probability in answers)
        sums.append([float(right), float(len(gold)), sure, float(sum(map(len, gold)))])
    return Predictions(found, scores=sums)
