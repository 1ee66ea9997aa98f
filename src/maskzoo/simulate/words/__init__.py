"""The words and rules that invented texts are made of: a file for each list, `<module>.<name>.txt`."""

from importlib.resources import files


def words_of(name: str) -> str:
    """The text of a list or of rules, such as `names.first`."""
    return files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
