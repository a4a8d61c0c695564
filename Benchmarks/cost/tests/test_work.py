"""The encoder's arithmetic, against sums done by hand."""
import pytest
import work


def test_a_clip_of_tiny_takes_five_gflop():
    # 448 tokens, 12 layers, 24 D^2 and 4 T D each; 441 patches of 512 values.
    by_hand = 448 * 12 * (24 * 192**2 + 4 * 64 * 192) + 441 * 2 * 512 * 192
    assert work.flop(work.TINY) == by_hand
    assert by_hand / 1e9 == pytest.approx(5.11, abs=0.01)


def test_a_token_and_layer_passes_so_many_elements():
    elements = sum(k.elements for k in work.kernels(work.TINY) if k.stem != "patch_embed")
    # qkv 1 + 3, attention 3 + 1, output 1 + 1 + 1, hidden 1 + 4, projection 4 + 1 + 1.
    assert elements == 448 * 12 * 192 * 22


def test_a_layer_is_so_many_matrix_instructions():
    # Four warps of 3,648 m16n8k16, counted in the machine code of a layer.
    assert work.layer_products(work.TINY, 4096) == 4 * 3648
    assert work.layer_products(work.TINY, 8192) == 2 * 3648


def test_a_batch_is_five_launches_a_layer_and_one():
    assert sum(k.launches for k in work.kernels(work.TINY)) == 5 * 12 + 1
