"""Where the parts of a zoo lie: domains below `domains/`, beside it tokenizer designs and suites of probes."""

import re
from pathlib import Path

from maskzoo.errors import UserError, unknown_name

PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")  # of a name: it becomes a target, a folder and a word of a command
RESERVED = {"index": "publish/index is the page of the zoo"}


def domains(root: Path = Path("domains")) -> list[str]:
    """Names of all domains: folders with a domain.yaml, however deep (`low_resource/tsn`).

    One whose name cannot be a target is no domain (`misnamed` says which, and why); it disturbs no other.
    """
    return [name for name in _folders(root) if trouble(name, root) is None]


def misnamed(root: Path = Path("domains")) -> dict[str, str]:
    """Folders with a domain.yaml that are no domains -> why not."""
    found = {name: trouble(name, root) for name in _folders(root)}
    return {name: reason for name, reason in found.items() if reason is not None}


def trouble(name: str, root: Path = Path("domains")) -> str | None:
    """Why a folder below `domains/` cannot be a domain; None where it can."""
    parts = Path(name).parts
    wrong = next((part for part in parts if not PART.fullmatch(part)), None)
    if wrong is not None:
        return f"the name {wrong!r} cannot be a target; expected letters, digits, - and _"
    if name in RESERVED:
        return f"the name {name!r} is taken: {RESERVED[name]}"
    above = [above for above in Path(name).parents if above.parts and (root / above / "domain.yaml").exists()]
    return f"it lies within the domain {str(above[0])!r}; expected beside it" if above else None


def _folders(root: Path) -> list[str]:
    """All folders with a domain.yaml but hidden ones."""
    found = (path.parent.relative_to(root) for path in root.glob("**/domain.yaml"))
    return sorted(str(name) for name in found if name.parts and not any(part.startswith(".") for part in name.parts))


def groups(names: list[str]) -> dict[str, list[str]]:
    """Folders that hold several domains (`low_resource`) -> their domains."""
    parents = sorted({str(parent) for name in names for parent in Path(name).parents if str(parent) != "."})
    return {parent: [name for name in names if name.startswith(parent + "/")] for parent in parents}


def domain_name(folder: Path) -> str:
    """`domains/low_resource/tsn` -> `low_resource/tsn`; a folder elsewhere keeps its last name."""
    parts = folder.resolve().parts
    if "domains" in parts:
        last = len(parts) - 1 - parts[::-1].index("domains")
        return "/".join(parts[last + 1 :]) or parts[-1]
    return parts[-1]


def zoo_folder(folder: Path) -> Path:
    """The `domains/` folder that a domain lies in; for a domain elsewhere the folder that holds it."""
    for parent in folder.resolve().parents:
        if parent.name == "domains":
            return parent
    return folder.parent


def designs_folder(domain_folder: Path) -> Path:
    """`tokenizers/` beside `domains/`, wherever the zoo is checked out."""
    for parent in domain_folder.resolve().parents:
        if (parent / "tokenizers").is_dir() and parent.name != "tokenizers":
            return parent / "tokenizers"
    return Path("tokenizers")


def suites_folder(domain_folder: Path) -> Path:
    """`probes/` beside `domains/`, wherever the zoo is checked out."""
    for folder in (domain_folder, domain_folder.resolve()):  # as it was typed, if that tells: errors name it
        for parent in folder.parents:
            if parent.name == "domains":
                return parent.parent / "probes"
    return Path("probes")


def named_folder(name: str) -> Path:
    """A domain's folder from its path or its bare name: `domains/legal` and `legal` are the same."""
    given, inside = Path(name), Path("domains") / name
    bare = "domains" not in given.parts and not given.exists()
    return inside if bare or (inside / "domain.yaml").is_file() else given


def recipe_file(folder: Path) -> Path:
    """`domain.yaml` in a domain's folder.

    Raises:
        UserError: there is none; names the folder that was probably meant.
    """
    file = folder / "domain.yaml"
    if file.is_file():
        zoo = zoo_folder(folder)
        reason = trouble(domain_name(folder), zoo if zoo.name == "domains" else folder.parent)
        if reason is not None:
            raise UserError(reason, where=str(folder))
        return file
    where, expected = str(folder), "a domain's folder, for example domains/legal"
    if folder.is_file():
        meant = f"did you mean {str(folder.parent)!r}?" if folder.name == "domain.yaml" else None
        raise UserError("is a file", where=where, expected=expected, hint=meant)
    if ("domains" / folder / "domain.yaml").is_file():
        raise UserError("no domain.yaml", where=where, expected=expected, hint=f"did you mean 'domains/{folder}'?")
    zoo = zoo_folder(folder)
    known = domains(zoo) if zoo.name == "domains" else []  # elsewhere a search could go through the whole disk
    if known:
        raise unknown_name("domain", domain_name(folder), known, where=where)
    raise UserError("no domain.yaml", where=where, expected=expected)
