"""What a card's example fills in: words of the corpus, the domain's own word masked."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

LOOKED_AT = 5000  # documents from the beginning of the corpus
WORDS = range(6, 15)  # of an example
COMMON = 5  # documents that every word of an example stands in: then it is nobody's own sentence
DOMAIN_WORD = 5  # letters, at least
PLAIN = re.compile(r"[^<>\[\]{}`\\|!*_#~@]+")  # nothing that a page could take for markup, and no placeholder
SENTENCE = re.compile(r"(?<=[.?!;:])\s+|\n+")


def example_of(documents: Iterable[str], mask: str, single: Callable[[str], bool] = lambda word: True) -> str | None:
    """A short sentence with its domain word masked; None where no sentence is made of common words alone.

    Args:
        single: whether a word is one token, so that one mask stands for it.
    """
    texts = list(islice(documents, LOOKED_AT))
    there = Counter(word for text in texts for word in set(_words(text)))
    common = {word for word, count in there.items() if count >= min(COMMON, max(2, len(texts) // 100))}
    best: tuple[float, str] | None = None
    for text in texts:
        for sentence in SENTENCE.split(text):
            words = _words(sentence)
            if len(words) not in WORDS or not PLAIN.fullmatch(sentence) or not common.issuperset(words):
                continue
            named = [word for word in words if word.isalpha() and len(word) >= DOMAIN_WORD and single(word)]
            if not named:
                continue
            word = max(named, key=lambda one: (len(one), -words.index(one)))
            weight = len(word) * there[word] ** 0.5 + 3 * sentence.strip().endswith((".", ";"))
            if best is None or weight > best[0]:
                best = weight, _masked(sentence.strip(), word, mask)
    return best[1] if best else None


def _masked(sentence: str, word: str, mask: str) -> str:
    """The sentence with the first of a word masked."""
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: mask, sentence, count=1)


def example_from(corpus: Path, tokenizer: Path, mask: str) -> str | None:
    """The example of a corpus (documents.parquet) and a tokenizer.json."""
    from tokenizers import Tokenizer

    cut = Tokenizer.from_file(str(tokenizer))
    return example_of(_texts(corpus), mask, lambda word: len(cut.encode(f" {word}", add_special_tokens=False).ids) == 1)


def _texts(corpus: Path) -> Iterable[str]:
    """Documents of the training split, in order."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(corpus)
    split = "split" if "split" in file.schema_arrow.names else None
    for batch in file.iter_batches(batch_size=500, columns=["text", *([split] if split else [])]):
        rows = batch.to_pydict()
        for place, text in enumerate(rows["text"]):
            if split is None or rows[split][place] == "train":
                yield text


def _words(text: str) -> list[str]:
    return [word.strip(".,;:()\"'?") for word in text.split()]
