"""The fused encoder at a size that fills a card, from a captured launch of a few sequences.

Captured launches are small, so that they can be carried and compared; their times are those of a
launch. Sequences never meet in the encoder, so more of them are more of the same work.
"""
import array
import dataclasses
import struct

from records import Buffer, Launch, Scalar

CLIPS, BANDS, TOKENS = 64, 7, 64  # of a batch, of a clip, of a band: 10 s at 16 kHz
WIDTH, LAYERS = 192, 12  # of the tiny model
# encoder_stack.cl's arguments.
INPUT, OFFSETS, OUTPUT, SEQUENCES, LAYER_COUNT = 0, 1, 4, 5, 6


def full_size(launch: Launch) -> Launch | None:
    """The launch with a batch of clips; None for other kernels and other models' widths."""
    if not launch.kernel.startswith("encoder_stack_matrix"):
        return None
    rows = struct.unpack("<i", launch.arguments[OFFSETS].data[-4:])[0]
    row_bytes = 2 * WIDTH
    if len(launch.arguments[INPUT].data) < rows * row_bytes or _width(launch, rows) != WIDTH:
        return None
    sequences = CLIPS * BANDS
    needed = sequences * TOKENS * row_bytes
    data = launch.arguments[INPUT].data[: rows * row_bytes]
    arguments = list(launch.arguments)
    arguments[INPUT] = Buffer((data * (needed // len(data) + 1))[:needed])
    offsets = array.array("i", range(0, sequences * TOKENS + 1, TOKENS))
    arguments[OFFSETS] = Buffer(offsets.tobytes())
    arguments[OUTPUT] = Buffer(bytes(needed))
    arguments[SEQUENCES] = Scalar(struct.pack("<i", sequences))
    # More work-groups than sequences of any span can take; those without one return at once.
    return dataclasses.replace(
        launch, arguments=arguments, grid=(2 * sequences + 8, 1, 1), output=None)


def _width(launch: Launch, rows: int) -> int:
    """Columns of a row by the output that is expected; of the input alone if none is."""
    if launch.output:
        return len(launch.output.expected) // 4 // rows
    return len(launch.arguments[INPUT].data) // 2 // rows


def clips_per_second(launch: Launch, seconds: float) -> float:
    """Of the encoder alone, all its layers, where `launch` has some of them."""
    layers = struct.unpack("<i", launch.arguments[LAYER_COUNT].data)[0]
    return CLIPS / (seconds * LAYERS / layers)
