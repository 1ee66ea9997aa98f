"""How often each word stands in a corpus, as a tokenizer's normaliser and pre-tokeniser cut it.

A text is cut at white space first, and what stands between is normalised and cut once however often it occurs. That is
what the text as a whole gives, but for rules that look across white space; training does not depend on those.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer

KNOWN_CHUNKS = 500_000  # distinct ones that are remembered at once


def counted(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Words and counts; a word may come several times, its counts then add up.

    Memory is that of `KNOWN_CHUNKS` chunks, however many texts there are.
    """
    chunks: Counter[str] = Counter()
    for text in texts:
        chunks.update(text.split())
        if len(chunks) > KNOWN_CHUNKS:
            yield from _words(tokenizer, chunks)
            chunks.clear()
    yield from _words(tokenizer, chunks)


def _words(tokenizer: Tokenizer, chunks: Counter[str]) -> Iterator[tuple[str, int]]:
    normalise, cut = tokenizer.normalizer.normalize_str, tokenizer.pre_tokenizer.pre_tokenize_str
    for chunk, count in chunks.items():
        for word, _ in cut(normalise(chunk)):
            yield word, count
