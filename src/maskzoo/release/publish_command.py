"""`maskzoo publish`: releases that pass the gate, to the Hub; the one command of the zoo that sends anything."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from maskzoo.errors import UserError, unknown_name

if TYPE_CHECKING:
    from maskzoo.recipe.recipe import Recipe
    from maskzoo.release.gate.candidate import Candidate
    from maskzoo.release.hub.push import Pushed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which releases, as whom, and how."""
    parser.add_argument("domain", nargs="?", help="a domain's folder, for example domains/legal")
    parser.add_argument("--scale", default="demo", help="the overlay of domain.yaml to use (default: demo)")
    parser.add_argument("--results", type=Path, default=Path("results"), help="where stages wrote (default: results)")
    parser.add_argument("--variant", help="only this one of the released variants")
    parser.add_argument("--index", action="store_true", help="the page of the whole zoo instead of a domain")
    parser.add_argument("--namespace", help="user or organisation (default: release.namespace, then the token's user)")
    parser.add_argument("--create-pr", action="store_true", help="open a pull request instead of a commit")
    parser.add_argument("--without-adapters", action="store_true", help="merged models only, not the adapters alone")
    parser.add_argument("--dry-run", action="store_true", help="only the release gate: nothing is asked of the Hub")


def run(options: argparse.Namespace) -> int:
    """Publish a domain's releases, or the page of the zoo.

    Raises:
        UserError: the gate refuses a release, there is no token, or the Hub did not take it.
    """
    if options.index == (options.domain is not None):
        raise UserError("nothing to publish", expected="either a domain, for example domains/legal, or --index")
    return _index(options) if options.index else _domain(options)


def chosen(recipe: "Recipe", variant: str | None) -> Sequence[str]:
    """The released variants that are meant.

    Raises:
        UserError: the recipe does not release that variant.
    """
    if variant is None:
        return recipe.release.variants
    if variant not in recipe.release.variants:
        where = f"{recipe.folder / 'domain.yaml'}: release.variants"
        raise unknown_name("released variant", variant, recipe.release.variants, where=where)
    return (variant,)


def _domain(options: argparse.Namespace) -> int:
    from maskzoo.paths import Layout
    from maskzoo.recipe.folders import named_folder
    from maskzoo.recipe.load import read_recipe
    from maskzoo.release.adapter import write_adapter
    from maskzoo.release.gate.check import check
    from maskzoo.release.hub.access import account, chosen_namespace, client
    from maskzoo.release.hub.push import Push
    from maskzoo.release.hub.retry import Patience
    from maskzoo.release.names import adapter_repository, repository

    recipe = read_recipe(named_folder(options.domain), options.scale)
    layout = Layout(options.results, recipe.scale, recipe.name)
    passed: list[Candidate] = [check(recipe, variant, layout) for variant in chosen(recipe, options.variant)]
    for one in passed:
        print(_let_pass(one), flush=True)
    if options.dry_run:
        return 0
    api, patience = client(), Patience()
    wanted = options.namespace or recipe.release.namespace
    where = "--namespace" if options.namespace else f"{recipe.folder / 'domain.yaml'}: release.namespace"
    namespace = chosen_namespace(account(api, patience), wanted, where)
    for one in () if options.without_adapters else tuple(passed):
        if write_adapter(recipe, one.variant, layout, namespace) is not None:
            passed.append(check(recipe, one.variant, layout, adapter=True))
            print(_let_pass(passed[-1]), flush=True)
    for one in passed:
        push = Push(
            api=api,
            folder=one.folder,
            repository=(adapter_repository if one.adapter else repository)(recipe, one.variant, namespace),
            version=recipe.release.version,
            private=recipe.release.private,
            propose=options.create_pr,
            patience=patience,
        )
        print("\n".join(told(push.run(), private=recipe.release.private)), flush=True)
    return 0


def _let_pass(one: "Candidate") -> str:
    from maskzoo.release.package import files_to_upload

    files = files_to_upload(one.folder)
    size = sum(file.stat().st_size for file in files) / 1e6
    return f"{one.made['name']}: the release gate lets it pass, {len(files)} files, {size:.1f} MB"


def _index(options: argparse.Namespace) -> int:
    from maskzoo.release.hub.access import account, chosen_namespace, client
    from maskzoo.release.hub.index import NAME, entries, write_index
    from maskzoo.release.hub.listing import published
    from maskzoo.release.hub.push import Push
    from maskzoo.release.hub.retry import Patience

    if options.dry_run:
        print(f"{NAME}: a page of {len(entries(options.results))} releases")
        return 0
    api, patience = client(), Patience()
    namespace = chosen_namespace(account(api, patience), options.namespace, "--namespace")
    there = [one.repository for one in published(api, namespace, patience)]
    folder = write_index(options.results, namespace, there)
    push = Push(api, folder, f"{namespace}/{NAME}", version=None, propose=options.create_pr, patience=patience)
    print("\n".join(told(push.run(), private=True)))
    return 0


def told(pushed: "Pushed", *, private: bool) -> list[str]:
    """What came of it, for people."""
    seen = "private" if pushed.private else "public"
    head = f"{pushed.repository} ({seen}{', new' if pushed.created else ''})"
    lines = []
    counts = f"{len(pushed.changes.sent)} files sent, {len(pushed.changes.removed)} removed"
    if pushed.proposal:
        counts = counts if pushed.changes else "it proposes this very release already, nothing sent"
        lines.append(f"{head}: pull request {pushed.proposal}, {counts}")
    elif pushed.changes:
        lines.append(f"{head}: commit {pushed.commit[:12]}, {counts}{_tag(pushed)}")
    else:
        lines.append(f"{head}: unchanged at {pushed.commit[:12]}, no commit{_tag(pushed)}")
    if pushed.private != private:
        wanted = "private" if private else "public"
        lines.append(f"  the recipe says {wanted}: an existing repository is left as it is, change it in its settings")
    return lines


def _tag(pushed: "Pushed") -> str:
    return f", version {pushed.version}" if pushed.version else ""
