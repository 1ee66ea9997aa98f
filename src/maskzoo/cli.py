"""The `maskzoo` command: a table of subcommands, each imported only when it is asked for."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from maskzoo import __version__
from maskzoo.errors import UserError
from maskzoo.files import disk_error

PATIENCE = 15.0  # seconds that a process gives the first one to say what is wrong

# name -> (module with add_arguments(parser) and run(args), one-line help), in the order of a document's road
COMMANDS: dict[str, tuple[str, str]] = {
    "list": ("maskzoo.results.list_command", "the domains of the zoo, their scales, variants and what has been run"),
    "check": ("maskzoo.recipe.check_command", "read a recipe and say what is wrong with it, without running anything"),
    "plan": (
        "maskzoo.planning.command",
        "tokens, operations, hours, memory and storage of pretraining, before it runs",
    ),
    "new": ("maskzoo.new.command", "look at data of your own and write a domain for them that runs as it is"),
    "simulate": ("maskzoo.simulate.command", "generate a small corpus and tasks whose truth is known"),
    "fetch": (
        "maskzoo.corpus.fetch_command",
        "bring a domain's sources into the cache (login node, before going offline)",
    ),
    "tasks": ("maskzoo.tasks.tasks_command", "prepare the train/validation/test splits of a domain's tasks"),
    "corpus": (
        "maskzoo.corpus.command",
        "read, clean, deduplicate, decontaminate, scrub and split a domain's documents",
    ),
    "tokenizer": ("maskzoo.tokenization.command", "train, reuse or extend a tokenizer"),
    "audit": (
        "maskzoo.tokenization.audit_command",
        "measure a tokenizer on held-out documents, beside those of the bases",
    ),
    "tokens": ("maskzoo.tokenization.tokens_command", "pack the documents into memory-mapped shards of token ids"),
    "masking-tables": (
        "maskzoo.masking.common.tables_command",
        "what the masking of a variant must know of the corpus: words, frequencies, tags",
    ),
    "pretrain": ("maskzoo.pretraining.command", "train one variant with masked language modeling; resumes by itself"),
    "finetune": ("maskzoo.tasks.finetune_command", "fine-tune one model on one task, over all seeds"),
    "baseline": ("maskzoo.tasks.baseline_command", "fit the classical baselines of one task"),
    "probe": ("maskzoo.probes.common.command", "what the suites of a domain find of its models, without fine-tuning"),
    "score": (
        "maskzoo.probes.common.score_command",
        "pseudo-perplexity per word of one model on the domain's test documents, or on another domain's",
    ),
    "curves": ("maskzoo.comparison.curves_command", "a picture of the losses of all pretraining runs of a domain"),
    "compare": (
        "maskzoo.comparison.command",
        "the comparison table and its picture, with intervals and paired tests",
    ),
    "study": ("maskzoo.studies.command", "the table and the picture of a study: a grid of variants at one budget"),
    "summary": (
        "maskzoo.comparison.summary_command",
        "the comparison in the terminal, and where the release folders are",
    ),
    "results": (
        "maskzoo.results.command",
        "records of finished runs, and docs/results.md with its picture from all records",
    ),
    "papers": ("maskzoo.papers.command", "published tables beside ours, with a verdict a claim; docs/papers.md"),
    "release": ("maskzoo.release.command", "make the folder that plain transformers loads, with its model card"),
    "publish": ("maskzoo.release.publish_command", "send releases that pass the release gate to the Hub"),
    "pull": ("maskzoo.release.pull_command", "bring published releases into the local cache and verify them"),
    "cards": ("maskzoo.release.cards_command", "the model cards of a domain's releases as one page of HTML"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; 0 on success, 2 on a user's mistake (one line on standard error, no traceback)."""
    if signal.getsignal(signal.SIGTERM) == signal.SIG_IGN:  # by the shell of a rule, which outlives its command
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except UserError as error:
        print(f"maskzoo: error: {_of_this_process()}{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("maskzoo: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # from files that are read, or grow line by line, which no `atomic_file` guards
        refusal: Exception = UserError(f"{error.filename}: permission denied")
        if not isinstance(error, PermissionError):
            refusal = disk_error(error, Path(error.filename or "a file"))
        if refusal is error:
            raise
        print(f"maskzoo: error: {refusal}", file=sys.stderr)
        return 2


def _of_this_process() -> str:
    """Which of a node's processes speaks, where it is not the first.

    What one cannot do the others mostly cannot either: wait for the first one to say it, for then all are stopped.
    """
    rank = os.environ.get("LOCAL_RANK", "0")
    if rank == "0":
        return ""
    time.sleep(PATIENCE)
    return f"process {rank} on this node: "


def _dispatch(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="maskzoo",
        description="A zoo of masked language models, one per domain, and the pipeline that makes them.",
        epilog="The whole road for one domain: snakemake --cores 8 domains/legal",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"maskzoo {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    name = arguments[0] if arguments else None
    if name and not name.startswith("-") and name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, n=1)
        raise UserError(
            f"unknown command {name!r}",
            expected="one of " + ", ".join(COMMANDS),
            hint=f"did you mean {near[0]!r}?" if near else None,
        )
    for command, (module, text) in COMMANDS.items():
        subparser = commands.add_parser(command, help=text, description=text[0].upper() + text[1:] + ".")
        if command == name:
            implementation = import_module(module)
            implementation.add_arguments(subparser)
            subparser.set_defaults(run=implementation.run)
    options = parser.parse_args(arguments)
    options.arguments = arguments  # whole, for those who start this command again
    if options.command is None:
        parser.print_help()
        return 0
    return int(options.run(options) or 0)
