"""Hand-made tasks and records for the tests of this folder."""

from collections.abc import Callable, Iterable
from typing import Any

from maskzoo.documents.record import Record
from maskzoo.recipe.source import Read, Source
from maskzoo.recipe.task import Task, TaskData, task_from

COLOURS = ("red", "green", "blue", "amber")
NAMES = ("Alder", "Birch", "Cedar", "Maple", "Rowan")
FILLER = ["the", "of", "a", "party", "shall", "pay", "to", "by", "under", "this", "clause", "on", "any", "term"]


def source() -> Source:
    """A source whose bytes nobody reads: the tests hand the records over themselves."""
    return Source(simulated="made.jsonl", licence="MIT", read=Read(format="jsonl", text=("text",)))


def make_task(**changes: Any) -> Task:
    """A classification task on one source, changed as asked."""
    values: dict[str, Any] = {
        "title": "Made up",
        "type": "sequence_classification",
        "data": TaskData(all=source()),
        "label": "label",
        "metric": "macro_f1",
    }
    return task_from({**values, **changes})


def make_tagging_task(**changes: Any) -> Task:
    return make_task(**{"type": "token_classification", "label": None, "metric": "entity_f1", **changes})


def record(text: str, label: str = "yes", number: int = 0, **fields: str) -> Record:
    return Record(text, f"made.jsonl#{number}", "", {"path": "made.jsonl", "label": label, **fields})


def tagged(pairs: Iterable[tuple[str, str]], number: int = 0) -> Record:
    words, tags = zip(*pairs, strict=True)
    return Record(" ".join(words), f"made.jsonl#{number}", "", {"path": "made.jsonl"}, tuple(words), tuple(tags))


def reader(**parts: list[Record]) -> Callable[[str, Source], Iterable[Record]]:
    """What `prepare_task` takes to read its sources: the records of each part."""
    return lambda part, _: iter(parts[part])


def wordpiece() -> Any:
    """A WordPiece tokenizer that knows the made words and letters, as a plain PreTrainedTokenizerFast."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    # a vocabulary by hand: training breaks ties in another order every time, and tests want the same model
    letters = "abcdefghijklmnopqrstuvwxyz()"
    words = [word.lower() for word in (*FILLER, *COLOURS, *NAMES)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters), *words]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
