"""Pieces of a unigram language model (Kudo 2018, arXiv:1804.10959), trained by sentencepiece on counted words.

sentencepiece takes words with their counts, so that a text is read once and a frequent word costs what a rare one does.
Its sums are shared out among a fixed number of threads and added in their order: the same words give the same pieces
however many cores there are. bench/tokenizer_training.py holds it against the trainer of the `tokenizers` library.
"""

import io
from collections.abc import Mapping

MARK = "▁"  # what a word begins with
RESERVED = "▅"  # sentencepiece leaves out words with its own boundary sign
THREADS = 4  # part of the result, so not the machine's
DIGITS = 6  # of a score


def train_pieces(words: Mapping[str, int], size: int) -> list[tuple[str, float]]:
    """Pieces and their log probabilities, the most probable first, ties by code point; none of no words.

    Args:
        words: counts of words that begin with `MARK`, none with `RESERVED` in it.
        size: how many pieces; fewer come where the words do not hold as many.
    """
    import sentencepiece

    if not any(word != MARK for word in words):
        return []
    written = io.BytesIO()
    # the mark is added again by sentencepiece; a word is given as often as it stands, behind a tab
    rows = (f"{word.removeprefix(MARK)}\t{count}" for word, count in sorted(words.items()) if word != MARK)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=rows, input_format="tsv", model_writer=written, model_type="unigram", vocab_size=size + 1,
        hard_vocab_limit=False, character_coverage=1.0, normalization_rule_name="identity",
        remove_extra_whitespaces=False, split_by_unicode_script=False, split_by_number=False,
        max_sentence_length=1 << 20, num_threads=THREADS, minloglevel=2,
        unk_id=0, bos_id=-1, eos_id=-1, pad_id=-1,
    )  # fmt: skip
    made = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    pieces = [(made.id_to_piece(id), round(made.get_score(id), DIGITS)) for id in range(1, made.get_piece_size())]
    return sorted(pieces, key=lambda piece: (-piece[1], piece[0]))
