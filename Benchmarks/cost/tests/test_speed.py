"""Times on paper: each part by hand, and what an earlier estimate by hand said."""
import dataclasses

import assumptions as assumed
import pytest
import report
import speed
import work
from cards import CARDS
from counts import DEFAULT

CARD = {card.name: card for card in CARDS}
H100 = CARD["H100 SXM"]


def test_a_data_sheets_rate_is_so_many_clocks_for_an_instruction():
    assert {name: round(CARD[name].product_clocks) for name in CARD} == {
        "H100 SXM": 4, "A100 SXM 80 GB": 8, "RTX 4090": 32, "RTX 5090": 32, "MI300X": 16,
        "MI250X": 32, "RX 7900 XTX": 32, "Arc A770": 16, "Max 1550": 8}


def test_the_longest_of_unit_local_memory_and_issue_counts():
    # Four warps read 256 bytes for each instruction, of 128 a clock: 8 clocks, above 4 / 0.63.
    assert speed.product_clocks(H100, DEFAULT, "fast") == 8
    faster = dataclasses.replace(H100, local_bytes=256)
    assert speed.product_clocks(faster, DEFAULT, "fast") == pytest.approx(4.0 / 0.63, rel=0.01)
    busy = dataclasses.replace(DEFAULT, slots=DEFAULT.slots | {"fused": 11})
    assert speed.product_clocks(H100, busy, "fast") == 11


def test_tiles_of_rows_and_columns_spare_local_memory():
    # Two thirds of 8 clocks, and five ninths: below what the unit itself takes.
    slow = dataclasses.replace(H100, local_bytes=32)
    found = [speed.product_clocks(slow, DEFAULT, "fast", way) for way in work.TILES_READ]
    assert found == pytest.approx([32, 32 * 2 / 3, 32 * 5 / 9])


def test_the_fused_encoder_by_hand():
    # 7 sequences, 12 layers, 14,592 instructions over 528 schedulers, 8 clocks, 75 % of 1.83 GHz.
    by_hand = 7 * 12 * 14_592 / 528 * 8 / 0.75 / 1830
    assert speed.encoder_alone(H100, work.TINY, DEFAULT, "fast") == pytest.approx(by_hand)
    assert by_hand == pytest.approx(13.5, abs=0.1)


def test_a_kernel_takes_the_longer_of_arithmetic_and_traffic():
    # Without memory to speak of, traffic is all that counts, in float32 twice what it is in half.
    slow = dataclasses.replace(H100, memory_gbytes=1.0)
    beside = speed.stft(slow, "slow", assumed.STFT_TODAY) + speed.launches(work.TINY, "slow")
    single, half = (speed.vectors(slow, work.TINY, DEFAULT, "slow", n) - beside for n in (4, 2))
    assert single == pytest.approx(2 * half)
    # With endless memory, storage makes no difference.
    fast = dataclasses.replace(H100, memory_gbytes=1e9)
    assert (speed.vectors(fast, work.TINY, DEFAULT, "slow", 4)
            == pytest.approx(speed.vectors(fast, work.TINY, DEFAULT, "slow", 2)))


def test_what_does_not_fit_is_left_out():
    assert speed.fused(CARD["RX 7900 XTX"], work.TINY, DEFAULT, "slow") is None
    assert speed.fused(H100, work.SMALL, DEFAULT, "slow") is None
    assert speed.pytorch(CARD["MI300X"], work.TINY, "TF32", "slow") is None


def test_nothing_is_faster_than_its_samples_arrive():
    endless = dataclasses.replace(
        H100, vector_tflops=1e9, matrix_tflops=1e12, memory_gbytes=1e9, local_bytes=1 << 40)
    found = report.row(endless, work.TINY, DEFAULT)["fused fp16"]
    assert found.fast <= 1e6 / speed.upload("fast") == pytest.approx(78_125)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_the_slow_end_is_the_slow_one(card):
    for name, cell in report.row(card, work.TINY, DEFAULT).items():
        assert cell is None or cell.slow <= cell.fast, name


# Thousands of clips a second that were worked out by hand before this model, from the same
# instruction counts; each good for +-35 %.
BY_HAND = {
    "H100 SXM": {"vectors fp32": (5.5, 7.4), "PyTorch fp32": (6, 7), "TF32": (12, 14),
                 "autocast": (12, 16), "compiled": (20, 28), "fused fp16": (35, 55)},
    "RTX 4090": {"vectors fp32": (6, 8), "vectors fp16": (7, 9), "PyTorch fp32": (5, 5),
                 "autocast": (6, 8), "compiled": (8, 11), "fused fp16": (16, 22)},
    "MI300X": {"vectors fp32": (9, 15), "PyTorch fp32": (8, 10), "autocast": (12, 16),
               "compiled": (18, 24), "fused fp16": (30, 50)},
    "Arc A770": {"vectors fp32": (1.2, 1.6), "PyTorch fp32": (1.3, 1.3), "autocast": (2.5, 2.5),
                 "compiled": (3.4, 3.4), "fused fp16": (5, 8)},
}


@pytest.mark.parametrize(("card", "column"),
                         [(card, column) for card in BY_HAND for column in BY_HAND[card]])
def test_an_estimate_by_hand_is_reproduced(card, column):
    low, high = BY_HAND[card][column]
    middle = 1000 * (low * high) ** 0.5
    found = report.row(CARD[card], work.TINY, DEFAULT)[column].middle
    # The error that both state.
    assert middle / 1.35 < found < middle * 1.35


def test_the_encoder_alone_on_a100_is_reproduced():
    alone = [speed.encoder_alone(CARD["A100 SXM 80 GB"], work.TINY, DEFAULT, end)
             for end in ("slow", "fast")]
    assert [1000 / time for time in alone] == pytest.approx([31, 46], rel=0.15)
