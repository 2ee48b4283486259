import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.search.xor_kernel import TOGETHER, equal_pairs, likely_blocks

SHIFTS = 64


@given(st.binary(min_size=SHIFTS, max_size=2000), st.integers(0, 255), st.integers(1, 40))
def test_equal_bytes_are_counted_for_each_shift(noise, fill, period):
    data = np.frombuffer(noise + bytes([fill]) * 600 + bytes(range(period)) * 20, np.uint8)
    counts = np.zeros(SHIFTS, np.int64)
    equal_pairs(data, counts)
    assert counts.tolist() == [int((data[shift:] == data[:-shift]).sum()) for shift in range(1, SHIFTS + 1)]


@given(st.integers(0, 4 * TOGETHER), st.integers(1, SHIFTS))
def test_the_block_of_a_shifted_text_is_named(at, shift):
    data = np.random.default_rng(at).integers(0, 256, 5 * TOGETHER, np.uint8)
    wanted = np.frombuffer(b"\x11\x22\x33", np.uint8)
    for number in range(3):
        data[at + shift + number] = data[at + number] ^ wanted[number]
    out = np.zeros(8, np.int64)
    count = likely_blocks(data, wanted, shift, out)
    last = (data.size - shift - 2) // TOGETHER * TOGETHER
    assert at // TOGETHER * TOGETHER in out[:count].tolist() or at >= last - TOGETHER
