"""Reading `domain.yaml`: overlay the scale, validate, and turn whatever is wrong into one sentence."""

from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from maskzoo import registry
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.recipe import Recipe

DEFAULTS = ("training", "masking", "finetuning")  # root keys merged into every variant (or task)


class UniqueLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice instead of silently keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def domains(root: Path = Path("domains")) -> list[str]:
    """Names of all domains: folders with a domain.yaml, however deep (`low_resource/tsn`)."""
    return sorted(str(path.parent.relative_to(root)) for path in root.glob("**/domain.yaml"))


def domain_name(folder: Path) -> str:
    """`domains/low_resource/tsn` -> `low_resource/tsn`; a folder elsewhere keeps its last name."""
    parts = folder.resolve().parts
    if "domains" in parts:
        last = len(parts) - 1 - parts[::-1].index("domains")
        return "/".join(parts[last + 1 :]) or parts[-1]
    return parts[-1]


def read_recipe(folder: Path, scale: str = "demo") -> Recipe:
    """The recipe in `folder/domain.yaml` at `scale`.

    Raises:
        UserError: names file, key path, value, what was expected and the nearest valid name.
    """
    raw = _overlaid(folder, scale)
    file = folder / "domain.yaml"
    try:
        recipe = Recipe.model_validate({**raw, "name": domain_name(folder), "scale": scale, "folder": folder})
    except ValidationError as error:
        # a misspelt key explains the one that is missing, so it comes first
        first = min(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        raise _explain(first, file, error.error_count()) from None
    _check_names(recipe, file)
    _check_files(recipe, file)
    return recipe


def scales(folder: Path) -> list[str]:
    """Names of the scales that a domain defines."""
    return list(_yaml(folder / "domain.yaml").get("scales") or {})


def _overlaid(folder: Path, scale: str) -> dict[str, Any]:
    file = folder / "domain.yaml"
    if not file.is_file():
        known = domains(folder.parent) if folder.parent.is_dir() else []
        raise (
            unknown_name("domain", folder.name, known, where=str(folder))
            if known
            else UserError("no domain.yaml", where=str(folder), expected="a domain's folder, for example domains/legal")
        )
    raw = _yaml(file)
    overlays = raw.pop("scales", None)
    if not isinstance(overlays, dict) or not overlays:
        raise UserError("no scales", where=f"{file}: scales", expected="a mapping with at least `demo`")
    if scale not in overlays:
        raise unknown_name("scale", scale, overlays, where=f"{file}: scales")
    for reserved in ("name", "scale", "folder"):
        if reserved in raw:
            raise UserError(f"unknown key {reserved!r}", where=str(file), hint="it is filled in from the folder")
    merged = _merge(raw, overlays[scale] or {})
    for key, children in (("training", "variants"), ("masking", "variants"), ("finetuning", "tasks")):
        default = merged.pop(key, None)
        for child in (merged.get(children) or {}).values() if default else ():
            if isinstance(child, dict):
                child[key] = _merge(default, child.get(key) or {})
    return dict(merged)


def _yaml(file: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=UniqueLoader)
    except FileNotFoundError:
        raise UserError("no such file", where=str(file)) from None
    except UnicodeDecodeError as error:
        raise UserError(f"not UTF-8 at byte {error.start}", where=str(file)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise UserError(f"line {line}: {error.problem}", where=str(file), expected="YAML") from None
    if not isinstance(raw, dict):
        raise UserError(f"holds a {type(raw).__name__}", where=str(file), expected="a mapping of keys")
    return raw


def _merge(under: Any, over: Any) -> Any:
    """Deep-merge two trees of mappings: `over` wins, lists are replaced, a null removes the key."""
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    merged = {key: value for key, value in under.items() if not (key in over and over[key] is None)}
    for key, value in over.items():
        if value is not None:
            merged[key] = _merge(merged[key], value) if key in merged else _merge({}, value)
    return merged


def _explain(detail: ErrorDetails, file: Path, count: int) -> UserError:
    """One pydantic error as file, key path, value, expectation and the nearest valid name."""
    location = [str(part) for part in detail["loc"]]
    where = f"{file}: {'.'.join(location)}"
    more = f"and {count - 1} more problem{'s' if count > 2 else ''}" if count > 1 else None
    if detail["type"] == "extra_forbidden":
        parent = _model_at(location[:-1])
        known = [name for name in parent.model_fields if name not in ("name", "scale", "folder")] if parent else []
        if parent is Recipe:
            known += ["scales", *DEFAULTS]
        error = unknown_name("key", location[-1], known, where=where)
        return UserError(str(error), hint=more)
    if detail["type"] == "missing":
        return UserError("is missing", where=where, hint=more)
    message = detail["msg"].removeprefix("Value error, ")
    value = detail["input"]
    shown = repr(value) if not isinstance(value, (dict, BaseModel)) else "the mapping given"
    if detail["type"] == "literal_error":
        expected = detail["ctx"]["expected"]
        known = [name.strip(" '") for name in expected.replace(" or ", ",").split(",")]
        return UserError(str(unknown_name("value", str(value), known, where=where)), hint=more)
    return UserError(f"{shown}: {message[0].lower() + message[1:]}", where=where, hint=more)


def _model_at(location: list[str]) -> type[BaseModel] | None:
    """The model that stands at a key path of the recipe, to name the keys it would have taken."""
    current: Any = Recipe
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            if field is None:
                return None
            current = _unwrap(field.annotation)
        elif get_origin(current) is dict:
            current = _unwrap(get_args(current)[1])
        else:
            return None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _unwrap(annotation: Any) -> Any:
    """`X | None` -> `X`."""
    options = [option for option in get_args(annotation) if option is not type(None)]
    return options[0] if get_origin(annotation) is not dict and len(options) == 1 else annotation


def _check_names(recipe: Recipe, file: Path) -> None:
    """Names that point from one part of the recipe to another, or to a registered method."""

    def known(kind: str, name: str, names: Any, key: str) -> None:
        if name not in names:
            raise unknown_name(kind, name, names, where=f"{file}: {key}")

    clash = set(recipe.bases) & set(recipe.variants)
    if clash:
        raise UserError(f"{sorted(clash)[0]!r} names both a base and a variant", where=f"{file}: variants")
    for name, tokenizer in recipe.tokenizers.items():
        for key in ("reuse", "extend"):
            base = getattr(tokenizer, key)
            if base is not None:
                known("base", base, recipe.bases, f"tokenizers.{name}.{key}")
                if recipe.bases[base].fresh:
                    raise UserError(
                        f"base {base!r} is a fresh architecture and has no tokenizer",
                        where=f"{file}: tokenizers.{name}.{key}",
                    )
        if tokenizer.design is not None:
            designs = {path.stem for path in designs_folder(recipe.folder).glob("*.yaml")}
            known("tokenizer design", tokenizer.design, designs, f"tokenizers.{name}.design")
    for name, variant in recipe.variants.items():
        known("base", variant.base, recipe.bases, f"variants.{name}.base")
        known("tokenizer", variant.tokenizer, recipe.tokenizers, f"variants.{name}.tokenizer")
        registry_check = (
            ("masking policy", variant.masking.policy, "masking", "masking.policy"),
            ("objective", variant.objective, "objectives", "objective"),
        )
        for kind, value, package, key in registry_check:
            known(kind, value, registry.names(f"maskzoo.{package}"), f"variants.{name}.{key}")
    for name in recipe.release.variants:
        known("variant", name, recipe.variants, "release.variants")
    if recipe.evaluation.reference is not None:
        known("model", recipe.evaluation.reference, recipe.compared, "evaluation.reference")
    if recipe.simulate is not None:
        known("generator", recipe.simulate.generator, generators(), "simulate.generator")


def generators() -> list[str]:
    """Names of the generators of simulated domains."""
    return [name for name in registry.names("maskzoo.simulate.domains")]


def designs_folder(domain_folder: Path) -> Path:
    """`tokenizers/` beside `domains/`, wherever the zoo is checked out."""
    for parent in domain_folder.resolve().parents:
        if (parent / "tokenizers").is_dir() and parent.name != "tokenizers":
            return parent / "tokenizers"
    return Path("tokenizers")


def _check_files(recipe: Recipe, file: Path) -> None:
    """Files that the recipe names must be there, their options must fit, and simulated ones need a simulation."""
    from maskzoo.corpus.sources import check_options
    from maskzoo.release.licences import licence_of

    sources = {f"corpus.sources.{name}": source for name, source in recipe.corpus.sources.items()}
    for name, task in recipe.tasks.items():
        for part in ("all", "train", "validation", "test"):
            source = getattr(task.data, part)
            if source is not None:
                sources[f"tasks.{name}.data.{part}"] = source
    for key, source in sources.items():
        check_options(source, f"{file}: {key}")
        licence_of(source.licence, where=f"{file}: {key}.licence")
        if source.files is not None and not (recipe.folder / source.files).is_file():
            raise UserError(
                f"no file {source.files!r} in {recipe.folder}",
                where=f"{file}: {key}.files",
                expected="a CSV of path, sha256, bytes",
            )
        if source.glob is not None and Path(source.glob).is_absolute():
            raise UserError(f"{source.glob!r} is absolute", where=f"{file}: {key}.glob", expected="a relative pattern")
        if source.glob is not None and not any(recipe.folder.glob(source.glob)):
            raise UserError(f"no file matches {source.glob!r} in {recipe.folder}", where=f"{file}: {key}.glob")
        if source.simulated is not None and recipe.simulate is None:
            raise UserError(
                f"{source.simulated!r} is simulated but the recipe has no `simulate`", where=f"{file}: {key}.simulated"
            )
    for name, base in recipe.bases.items():
        if base.folder is not None and not Path(base.folder).is_dir():
            raise UserError(f"no folder {base.folder!r}", where=f"{file}: bases.{name}.folder")
        if base.domain is not None:
            other = _zoo(recipe.folder) / base.domain
            if not (other / "domain.yaml").is_file():
                raise unknown_name(
                    "domain", base.domain, domains(_zoo(recipe.folder)), where=f"{file}: bases.{name}.domain"
                )


def _zoo(folder: Path) -> Path:
    """The `domains/` folder that a domain lies in."""
    for parent in folder.resolve().parents:
        if parent.name == "domains":
            return parent
    return folder.parent
