"""What a peer reports: clips of 10 s per second, in one configuration of one test."""
import dataclasses
import json

BANDS = {16_000: 7, 48_000: 19}  # of a recording at a rate in Hz
# GFLOP of a band of 10 s: 64 tokens of D = 192 through 12 layers, each 24 D^2 in matrix products
# and 4 * 64 * D in attention, and the patch embedding; not the spectrogram. For utterances only,
# the last layer has one row and one query a head, three of them: 28 D^2 in products, and 4 * D a
# head and token in attention.
EVERY_TOKEN = 64 * (12 * (24 * 192**2 + 4 * 64 * 192) + 2 * 512 * 192) / 1e9
UTTERANCES = (
    64 * (11 * (24 * 192**2 + 4 * 64 * 192) + 2 * 512 * 192) + 28 * 192**2 + 64 * 3 * 4 * 192
) / 1e9


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One figure of one round."""

    kind: str  # "pipeline", "encoder", or what arrays.py does
    rate: int  # Hz
    peer: str
    configuration: str
    clips_per_second: float
    gflop_per_band: float = EVERY_TOKEN
    peak_gflops: float | None = None  # per second, of the device, where the peer measures it
    cosine: float | None = None  # with PyTorch's tokens, where the peer compares them

    @property
    def test(self) -> str:
        return f"{self.kind}, {self.rate // 1000} kHz"

    @property
    def gflops(self) -> float:
        """GFLOP per second."""
        return self.clips_per_second * self.gflop_per_band * BANDS[self.rate]


def write(measurements: list[Measurement]) -> None:
    """Prints them for the process that started this one."""
    print(json.dumps([dataclasses.asdict(m) for m in measurements]))


def read(printed: str) -> list[Measurement]:
    """What `write` printed last."""
    return [Measurement(**m) for m in json.loads(printed.splitlines()[-1])]
