"""How the rows of a table are read and embedded, and the answer for one that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from echo_gpu._core.reading import request
from echo_gpu.errors import UsageError
from echo_gpu.results import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from echo_gpu.encoder import Echo


@dataclass(frozen=True)
class Work:
    """How rows are read and embedded: see `Embedder`'s parameters of these names."""

    level: Literal["utterance", "segment", "both"]
    channels: str | int
    batch_size: int
    path_column: str
    bytes_column: str
    signal_column: str
    sample_rate_column: str
    option_columns: tuple[str, ...]
    folder: str
    reading: Mapping[str, Any]

    def require(self) -> None:
        """Check what is said of files, as it will be when they are read.

        Raises
        ------
        UsageError
            If a value is none.
        TypeError
            If an option does not exist.
        """
        request(
            (),
            None,
            None,
            level=self.level,
            batch_size=self.batch_size,
            channels=self.channels,
            reading=self.reading,
        )

    def refuse_reading(self) -> None:
        """Refuse, for signals, what is said of files.

        Raises
        ------
        UsageError
            If something is.
        """
        said = list(self.reading) + (["option_columns"] if self.option_columns else [])
        if self.channels != "mean":
            said.insert(0, f"channels={self.channels!r}")
        if said:
            raise UsageError(
                f"{', '.join(said)} says how files are read, and the rows of column "
                f"{self.signal_column!r} are signals, one channel each. Leave it out, or embed "
                "files: source='path'."
            )


def failed(number: int, path: str, code: str, reason: str, sample_rate: int | None = None) -> Row:
    """Answer for a row that cannot be embedded, with the code and the sentence."""
    return Row(
        id=str(number),
        path=path,
        channel=None,
        sample_rate=sample_rate,
        status="failed",
        code=code,
        reason=reason,
        note=None,
        width=0,
        utterance=None,
        segments=None,
        input=number,
        fields={},
    )


def provenance(echo: Echo) -> dict[str, str | None]:
    """Say what makes the embeddings: the device, the weights, the precision, the version."""
    names = {name: name for name in ("device", "driver", "tiles", "precision", "version")}
    names["weights"] = "weights_sha256"
    return {name: echo.description.get(member) for name, member in names.items()}
