import os
import random
import zlib

import numpy as np
import pytest
from scipy import stats

from harness.storage.image import measures as module
from harness.storage.image.image import acquire
from harness.storage.image.measures import BLOCK, PAGE, Measures
from harness.storage.image.ranges import Range
from harness.storage.image.window import Steps, Window, read_windows

TEXT = (b"a sentence that repeats and says little of " * 2000)[:BLOCK]


class NoHash:
    def update(self, piece):
        """Not looked at."""


def measured(data, excluded=(), piece=8 * BLOCK):
    gathered = Measures(len(data))
    for window in read_windows(acquire(bytes(data)), Steps(piece=piece, back=PAGE, ahead=PAGE), NoHash()):
        gathered.add(window, excluded)
    return gathered.finish()


def test_fill_is_told_from_written_pages():
    data = bytes(2 * PAGE) + b"\xff" * PAGE + b"x" * PAGE + bytes(PAGE) + b"y" * 10
    figures, _ = measured(data)
    assert (figures.zero_share, figures.fill_share, figures.written) == (3 / 6, 4 / 6, PAGE + 10)


@pytest.mark.parametrize("piece", [BLOCK, 2 * BLOCK, 8 * BLOCK])
def test_random_blocks_are_not_low_and_text_blocks_are(piece):
    figures, _ = measured(os.urandom(BLOCK) + TEXT + bytes(BLOCK), piece=piece)
    assert figures.low_entropy == figures.no_ciphertext == (Range(BLOCK, BLOCK),)
    assert figures.entropy[0] > 7.99 and figures.entropy[1] < 5 and figures.entropy[2] == 0.0


def test_pages_of_ciphertext_in_fill_are_ciphertext():
    data = b"".join(bytes(PAGE * 3) + os.urandom(PAGE) + bytes(PAGE * 12) for _ in range(200))
    assert measured(data)[0].no_ciphertext == ()


def test_compressed_text_departs_from_ciphertext_though_its_entropy_is_high():
    rng = random.Random(1)
    words = [bytes(rng.choices(b"etaoinshrdlu", k=6)) for _ in range(3000)]
    packed = zlib.compress(b" ".join(rng.choice(words) for _ in range(400_000)), 6)[: 4 * BLOCK]
    figures, _ = measured(os.urandom(BLOCK) + packed)
    assert figures.low_entropy == ()
    assert [part.offset for part in figures.departing] == [BLOCK]


def test_a_counter_departs_by_serial_correlation_or_by_being_too_even():
    assert measured(bytes(range(256)) * 256)[0].departing == (Range(0, BLOCK),)


def test_one_page_of_text_in_fill_is_low():
    assert len(measured((b"log line\n" * 500)[:PAGE] + bytes(PAGE * 15))[0].low_entropy) == 1


def test_excluded_bytes_count_as_zeros():
    data = bytearray(os.urandom(2 * BLOCK))
    data[BLOCK : BLOCK + len(TEXT) // 2] = TEXT[: len(TEXT) // 2]
    data[BLOCK + BLOCK // 2 :] = bytes(BLOCK // 2)
    assert measured(data)[0].no_ciphertext
    assert measured(data, [Range(BLOCK, BLOCK // 2)])[0].no_ciphertext == ()


def test_chi_square_and_its_deviate_agree_with_scipy():
    data = np.frombuffer(os.urandom(BLOCK), np.uint8)
    gathered = Measures(BLOCK)
    fills, out = np.zeros(BLOCK // PAGE, np.uint8), np.zeros((1, 4))
    gathered._kernels.figures_of(data, fills, BLOCK // PAGE, out)
    chi, p_value = stats.chisquare(np.bincount(data, minlength=256))
    assert out[0, 2] == pytest.approx(chi, rel=1e-9)
    assert module._deviates(out)[0, 0] == pytest.approx(stats.norm.isf(p_value), abs=0.02)
    assert stats.norm.isf(stats.chi2.sf(520, 255)) == pytest.approx(
        module._deviates(np.array([[BLOCK, 8.0, 520.0, 0.0]]))[0, 0], abs=0.1
    )


def test_serial_correlation_is_that_of_numpy():
    values = np.repeat(np.frombuffer(os.urandom(PAGE // 2), np.uint8), 2)
    out = np.zeros((1, 4))
    Measures(PAGE)._kernels.figures_of(values, np.zeros(1, np.uint8), 16, out)
    assert out[0, 3] == pytest.approx(np.corrcoef(values[:-1], values[1:])[0, 1], abs=0.01)


def test_the_threshold_grows_with_the_number_of_tests():
    assert Measures(BLOCK).threshold < Measures(1000 * BLOCK).threshold < Measures(1 << 40).threshold < 9


def test_a_long_list_of_entropies_is_folded(monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTROPIES", 4)
    figures, _ = measured(os.urandom(9 * BLOCK) + TEXT + os.urandom(2 * BLOCK), piece=3 * BLOCK)
    assert len(figures.entropy) <= 4 and figures.block_size in (4 * BLOCK, 8 * BLOCK)
    assert min(figures.entropy) < 5 and figures.low_entropy == (Range(9 * BLOCK, BLOCK),)


def test_a_repetition_is_found_across_pieces_in_a_small_image():
    data = bytearray(os.urandom(1 << 20))
    data[(1 << 20) - 160 : (1 << 20) - 144] = data[160:176]
    _, repeated = measured(data)
    assert (repeated.count, repeated.offsets, repeated.drawn_of) == (1, ((1 << 20) - 160,), 1)


def test_in_a_large_image_near_repetitions_are_all_found_and_far_ones_by_sample(monkeypatch):
    monkeypatch.setattr(module, "MOST_DRAWN", 4096)
    half = os.urandom(1 << 19)
    near, far = os.urandom(1 << 18), half + half
    _, repeated = measured(bytes(near[:1024]) * 2 + near)
    assert repeated.count >= 64
    _, repeated = measured(far)
    assert repeated.drawn_of == 16
    assert (1 << 15) / 16 * 0.5 < repeated.count < (1 << 15) / 16 * 2


@pytest.mark.parametrize("size", [1, 15, 16, 17, 4095, 4097])
def test_odd_sizes_are_measured(size):
    figures, repeated = measured(os.urandom(size))
    assert repeated.examined == size // 16
    assert len(figures.entropy) == 1


def test_random_data_packs_to_no_less_and_text_to_much_less():
    assert measured(os.urandom(1 << 20))[0].packed_share >= 1.0
    assert measured(TEXT)[0].packed_share < 0.3
    assert measured(bytes(PAGE))[0].packed_share == 0.0


def test_what_a_window_does_not_own_is_not_measured():
    gathered = Measures(3 * PAGE)
    data = b"a" * PAGE + os.urandom(PAGE) + b"a" * PAGE
    gathered.add(Window(data=data, start=0, own=Range(PAGE, PAGE)), ())
    assert gathered.finish()[0].written == PAGE
