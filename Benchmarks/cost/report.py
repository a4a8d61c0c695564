"""The table, the assumptions, and the cards, as text."""
import dataclasses
import math

import assumptions as assumed
import speed
import work
from cards import Card
from counts import Counts
from work import Model


@dataclasses.dataclass(frozen=True)
class Range:
    """Clips a second, from the slow to the fast end of the assumptions."""

    slow: float
    fast: float

    @property
    def middle(self) -> float:
        return math.sqrt(self.slow * self.fast)

    def __str__(self) -> str:
        return f"{_thousands(self.slow)}-{_thousands(self.fast)}"


def _thousands(clips: float) -> str:
    return f"{clips / 1000:.1f}" if clips < 10_000 else f"{clips / 1000:.0f}"


def _range(microseconds) -> Range | None:
    """Clips a second of a function of the end, samples sent meanwhile; None if it has none."""
    slow, fast = microseconds("slow"), microseconds("fast")
    if slow is None or fast is None:
        return None
    return Range(1e6 / max(slow, speed.upload("slow")), 1e6 / max(fast, speed.upload("fast")))


def row(card: Card, model: Model, counts: Counts) -> dict[str, Range | None]:
    """Every way to run the encoder on a card, by the name of its column."""
    def torch(kind: str):
        return _range(lambda end: speed.pytorch(card, model, kind, end))

    return {
        "vectors fp32": _range(lambda e: speed.vectors(card, model, counts, e, 4)),
        "vectors fp16": _range(lambda e: speed.vectors(card, model, counts, e, 2)),
        "matrix fp32, split": _range(lambda e: speed.split(card, model, counts, e)),
        "matrix fp16": _range(lambda e: speed.unfused(card, model, counts, e)),
        "fused fp16": _range(lambda e: speed.fused(card, model, counts, e)),
        "PyTorch fp32": torch("fp32"), "TF32": torch("TF32"), "autocast": torch("autocast"),
        "compiled": torch("compiled"),
    }


def best(cells: dict[str, Range | None], names: list[str]) -> float:
    return max(cells[name].middle for name in names if cells[name])


def ratios(cells: dict[str, Range | None]) -> dict[str, float]:
    """The best of ours over the best of PyTorch, in either precision, at the middles."""
    single = best(cells, ["PyTorch fp32", "TF32"])
    half = best(cells, ["autocast", "compiled"])
    return {
        "vectors / best PyTorch": best(cells, ["vectors fp32", "vectors fp16"]) / half,
        "matrix fp32 / PyTorch fp32, TF32": best(cells, ["matrix fp32, split"]) / single,
        "matrix fp16 / best PyTorch": best(cells, ["matrix fp16", "fused fp16"]) / half,
    }


def markdown(titles: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(titles) + " |", "| --- |" + " ---: |" * (len(titles) - 1)]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in rows])


def speeds(cards: list[Card], model: Model, counts: dict[str, Counts]) -> str:
    """Thousands of clips a second for each card, and ratios."""
    rows = []
    for card in cards:
        cells = row(card, model, counts[card.gpu])
        rows.append([card.name, *(str(cell) if cell else "" for cell in cells.values()),
                     *(f"{ratio:.2g}" for ratio in ratios(cells).values())])
    names = list(row(cards[0], model, counts[cards[0].gpu]))
    names += list(ratios(row(cards[0], model, counts[cards[0].gpu])))
    return markdown(["card", *names], rows)


def parts(cards: list[Card], model: Model, counts: dict[str, Counts]) -> str:
    """Microseconds a clip that the fused kernel's figure is made of, and what is beside it."""
    def ends(function) -> str:
        return f"{function('fast'):.1f}-{function('slow'):.1f}"

    rows = [[
        card.name, ends(lambda e: speed.encoder_alone(card, model, counts[card.gpu], e)),
        f"{speed.product_clocks(card, counts[card.gpu], 'fast'):.1f}",
        ends(lambda e: speed.patch_embed(card, model, counts[card.gpu], e)),
        ends(lambda e: speed.stft(card, e)),
        ends(lambda e: speed.stft(card, e, assumed.STFT_TODAY)),
        ends(speed.upload), ends(lambda e: speed.launches(model, e)),
    ] for card in cards]
    return markdown(["card", "encoder alone", "clocks a product", "patch embedding", "STFT",
                     "STFT of one warp", "upload", "launches, unfused"], rows)


def assumptions() -> str:
    """All of them, with why."""
    lines = []
    for name, value in vars(assumed).items():
        if not name.isupper():
            continue
        entries = value.items() if isinstance(value, dict) else [("", value)]
        for key, entry in entries:
            label = f"{name}{f' ({key})' if key else ''}"
            if isinstance(entry, assumed.Assumption):
                lines.append(f"- {label}: {entry.slow:g} to {entry.fast:g}; {entry.why}")
            else:
                lines.append(f"- {label}: {entry:g}")
    return "\n".join(lines)


def sources(cards: list[Card], counts: dict[str, Counts]) -> str:
    return "\n".join(f"- {card.name}: {card.source}; instructions: {counts[card.gpu].source}"
                     for card in cards)


def document(cards: list[Card], model: Model, counts: dict[str, Counts]) -> str:
    """Everything, in Markdown."""
    gflop = work.flop(model) / 1e9
    return "\n\n".join([
        f"Thousands of clips (10 s, 16 kHz, {gflop:.2f} GFLOP) a second on paper, {model.name}, "
        f"batches of {speed.BATCH}, samples to embeddings. A figure is good for +-35 %.",
        speeds(cards, model, counts),
        "Microseconds a clip. Upload is beside the kernels, and a limit of its own.",
        parts(cards, model, counts), "Assumptions, the slow end first:", assumptions(),
        "Rates are those of:", sources(cards, counts)])
