"""``python -m echo_gpu``: what needs Python's libraries, beside the command ``echo-gpu``.

``convert`` reads files of torch.save, and ``export`` writes Parquet: both by libraries of Python,
torch and pyarrow, that are well kept and have no like in Swift. So they are here, and not in the
command.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import TYPE_CHECKING

from ._version import __version__
from .errors import EchoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    _Commands = argparse._SubParsersAction["_Parser"]  # noqa: SLF001  Its only name.

_USAGE = 64
_UNAVAILABLE = 69


class _Parser(argparse.ArgumentParser):
    """Says on one line what is wrong, as the command does."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(_USAGE, f"echo-gpu: error: {message}. See: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments
        The command line without the program's name; None for the process's own.

    Returns
    -------
    int
        The exit status: 0, or that of the command echo-gpu for such an error.
    """
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as error:  # of --help, or of `_Parser.error`
        return _USAGE if error.code else 0
    with warnings.catch_warnings():
        warnings.showwarning = _show
        try:
            options.run(options)
        except EchoError as error:
            return _fail(str(error), error.code)
        except ImportError as error:
            return _fail(str(error), _UNAVAILABLE)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m echo_gpu",
        description="What needs Python's libraries. The command echo-gpu does the rest.",
        epilog="Exit statuses are those of 'echo-gpu --help'.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_convert(commands)
    _add_export(commands)
    _add_pull(commands)
    version = commands.add_parser("version", help="Print the version.")
    version.set_defaults(run=lambda _: print(__version__))  # noqa: T201
    return parser


def _add_convert(commands: _Commands) -> None:
    command = commands.add_parser(
        "convert",
        help="Make a model folder of a checkpoint of PyTorch.",
        description="Makes a folder with model.safetensors and config.json of a checkpoint of "
        "upstream's training code (.pth, .pt). No code of the checkpoint is run.",
    )
    command.add_argument("checkpoint", help="a file of torch.save")
    command.add_argument(
        "output", nargs="?", help="the folder to make; by default the checkpoint without its ending"
    )
    command.add_argument("--part", help="which encoder, where there are several, such as teacher")
    command.add_argument("--num-heads", type=int, help="attention heads; by default D / 64")
    command.set_defaults(run=_convert)


def _add_export(commands: _Commands) -> None:
    command = commands.add_parser(
        "export",
        help="Write an output folder as a Parquet file.",
        description="Writes the embeddings of an output folder of echo-gpu extract as a Parquet "
        "file, with where each comes from. Needs: pip install 'echo-gpu[parquet]'.",
    )
    command.add_argument("folder", help="an output folder of echo-gpu extract")
    command.add_argument("output", metavar="OUT.parquet", help="the file; it appears whole")
    command.add_argument(
        "--level",
        choices=("utterance", "segment"),
        default="utterance",
        help="a row for each recording, or for every 160 ms of it (default: utterance)",
    )
    command.add_argument("--width", type=int, help="only embeddings of this width")
    command.set_defaults(run=_export)


def _add_pull(commands: _Commands) -> None:
    command = commands.add_parser(
        "pull",
        help="Fetch a model of the Hugging Face hub, and print its folder.",
        description="Fetches a model that the cache lacks, by huggingface_hub. "
        "Needs: pip install 'echo-gpu[hub]'. The command echo-gpu then finds it there.",
    )
    command.add_argument("model", help="ORG/NAME or ORG/NAME@REVISION")
    command.add_argument("--revision", default="main", help="a branch, a tag or a commit")
    command.add_argument("--to", help="a folder for copies of the files, made if missing")
    command.set_defaults(run=_pull)


def _convert(options: argparse.Namespace) -> None:
    from .checkpoint import convert_with_report  # noqa: PLC0415

    done = convert_with_report(
        options.checkpoint, options.output, part=options.part, num_heads=options.num_heads
    )
    left_out = f"; {len(done.left_out)} that are not the encoder's are left out"
    _say(f"Wrote {done.tensors} tensors to {done.path}{left_out if done.left_out else ''}.")
    print(done.path)  # noqa: T201


def _export(options: argparse.Namespace) -> None:
    from .archive import read  # noqa: PLC0415

    archive = read(options.folder)
    path = archive.to_parquet(options.output, level=options.level, width=options.width)
    count = len(archive) if options.width is None else len(archive.indices_of(options.width))
    _say(f"Wrote {count} of {len(archive)} embedded recordings and channels to {path}.")
    if archive.failures:
        _say(f"{len(archive.failures)} recordings have no embedding: see errors*.jsonl there.")
    if archive.replaced:
        _say(f"{archive.replaced} rows that a later run replaced are left out.")


def _pull(options: argparse.Namespace) -> None:
    from .hub import pull  # noqa: PLC0415

    print(pull(options.model, revision=options.revision, to=options.to))  # noqa: T201


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def _show(message: Warning | str, *_: object, **__: object) -> None:
    _say(f"echo-gpu: warning: {message}")


def _fail(text: str, code: int) -> int:
    _say(f"echo-gpu: error: {text}")
    return code


if __name__ == "__main__":
    sys.exit(main())
