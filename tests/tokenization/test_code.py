"""The tokenizer of code gives back every blank, tab and line break."""

from pathlib import Path

from tokenizers import Tokenizer

from maskzoo.simulate.domains.code import MODULES, _read
from maskzoo.tokenization.design import read_design
from maskzoo.tokenization.train import train

DESIGN = Path(__file__).parents[2] / "tokenizers" / "code.yaml"


def trained(texts: list[str]) -> Tokenizer:
    return train(read_design(DESIGN, vocab_size=1000), lambda: texts, where="test").tokenizer


def modules() -> list[str]:
    import sysconfig

    library = Path(sysconfig.get_paths()["stdlib"])
    names = [name for line in MODULES for name in line.split()]
    return [text for _, text in _read(library, [library / f"{name}.py" for name in names[:25]])]


def test_decoding_gives_the_text_back_with_its_indentation() -> None:
    tokenizer = trained(modules())
    odd = "\tif (x)\r\n\t\t{  \n\n\n        y+=1 ;}\n  // äöü \u200b 漢字 <s> <mask> </s>\n"
    for text in [*modules()[:10], odd]:
        assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=True) == text


def test_a_line_break_and_its_indentation_are_one_token() -> None:
    pieces = trained(modules()).encode("if a:\n        return b").tokens
    assert "Ċ" + "Ġ" * 7 in pieces


def test_what_is_a_special_token_elsewhere_is_code_here() -> None:
    tokenizer = trained(modules())
    special = {tokenizer.token_to_id(token) for token in ("<|pad|>", "<|unk|>", "<|start|>", "<|end|>", "<|mask|>")}
    inner = tokenizer.encode("List<s> x = <mask>;", add_special_tokens=False).ids
    assert special == {0, 1, 2, 3, 4}
    assert special.isdisjoint(inner)
