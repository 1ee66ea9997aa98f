"""`maskzoo pull`: published releases into the client's cache, verified; afterwards they load without network."""

import argparse

from maskzoo.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which release, of whom, and which of its versions."""
    parser.add_argument("domain", help="a domain, for example legal or domains/legal")
    parser.add_argument("--variant", help="one of its released variants (default: all)")
    parser.add_argument("--revision", help="a version such as v1, a branch or a commit (default: the latest)")
    parser.add_argument("--scale", default="full", help="the scale it was made at (default: full)")
    parser.add_argument("--namespace", help="user or organisation (default: release.namespace, then the token's user)")


def run(options: argparse.Namespace) -> int:
    """Download, verify, and say how to load.

    Raises:
        UserError: no such release, version or network, or a file that is not what was published.
    """
    from maskzoo.recipe.folders import named_folder
    from maskzoo.recipe.load import read_recipe
    from maskzoo.release.hub.access import own_namespace
    from maskzoo.release.hub.pull import pull
    from maskzoo.release.names import repository
    from maskzoo.release.publish_command import chosen

    recipe = read_recipe(named_folder(options.domain), options.scale)
    variants = chosen(recipe, options.variant)
    namespace = options.namespace or recipe.release.namespace or own_namespace()
    if namespace is None:
        raise UserError(
            "whose release?",
            where=f"{recipe.folder / 'domain.yaml'}: release.namespace",
            expected="a user or organisation there, --namespace, or a token whose user is meant",
        )
    for variant in variants:
        pulled = pull(repository(recipe, variant, namespace), revision=options.revision)
        at = f", revision={options.revision!r}" if options.revision else ""
        print(f"{pulled.repository} at {pulled.commit[:12]}: {pulled.files} files verified in {pulled.folder}")
        print(f"  AutoModelForMaskedLM.from_pretrained({pulled.repository!r}{at})")
    return 0
