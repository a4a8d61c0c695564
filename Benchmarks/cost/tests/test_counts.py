"""Counts out of the compilers' table."""
import json

import counts
import pytest
import report
import work
from cards import CARDS


def loop(instructions, products=0, multiply_adds=0):
    return {"instructions": instructions, "products": products, "multiply_adds": multiply_adds,
            "spills": 0}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps([
        {"gpu": "sm_90", "kernel": "matmul_simt_f32", "loops": [loop(9), loop(100, 0, 90)]},
        {"gpu": "sm_80", "kernel": "matmul_simt_f32", "loops": [loop(100, 0, 50)]},
        {"gpu": "sm_90", "kernel": "matmul_matrix_f16", "loops": [loop(200, 40)]},
        {"gpu": "sm_90", "kernel": "matmul_matrix_f16", "loops": [loop(120, 40)]},
        {"gpu": "sm_90", "kernel": "encoder_stack_matrix_f16",
         "loops": [loop(400, 100), loop(1200, 300), loop(50)]},
    ]))
    return path


def test_shares_are_those_of_the_card(table):
    found = counts.read(table, "sm_90")
    assert found.product == pytest.approx(0.93 * 0.9)
    assert found.slots["fused"] == 4.0  # 1,600 instructions with 400 products
    # The leanest program's; what the table lacks stays.
    assert found.slots["unfused"] == 3.0 and found.slots["split"] == counts.DEFAULT.slots["split"]
    assert found.source == "table.json, sm_90"
    assert counts.read(table, "sm_80").product == pytest.approx(0.93 * 0.5)


def test_what_the_table_lacks_stays(table):
    assert counts.read(table, "sm_90").attention == counts.DEFAULT.attention
    assert counts.read(table, "gfx942") == counts.DEFAULT


def test_the_document_names_every_card_source_and_assumption():
    text = report.document(CARDS, work.TINY, {card.gpu: counts.DEFAULT for card in CARDS})
    for card in CARDS:
        assert f"| {card.name} |" in text and card.source in text
    assert "MEMORY: 0.75 to 0.88" in text and "FUSED_USE (amd)" in text
