import io

import numpy as np
import pytest

from harness.drone.recorder.jpeg import encode, segment


@pytest.mark.parametrize("noise", [0.0, 20.0])
def test_an_independent_decoder_sees_the_picture(noise):
    pillow = pytest.importorskip("PIL.Image")
    rows, columns = np.mgrid[0:64, 0:96]
    wanted = np.clip(60 + rows + columns / 2 + np.random.default_rng(1).normal(0, noise, rows.shape), 0, 255)
    with pillow.open(io.BytesIO(encode(wanted.astype(np.uint8)))) as picture:
        seen = np.asarray(picture, np.float64)
    assert seen.shape == (64, 96)
    assert np.abs(seen - wanted).mean() < 2.0 + 0.7 * noise


def test_long_runs_of_zeros_are_kept():
    pillow = pytest.importorskip("PIL.Image")
    # The pattern of the very last coefficient: 62 zeros come before it.
    wave = np.cos((2 * np.arange(32) % 16 + 1) * 7 * np.pi / 16)
    wanted = 128 + 90 * np.outer(wave, wave)
    with pillow.open(io.BytesIO(encode(wanted.astype(np.uint8)))) as picture:
        seen = np.asarray(picture, np.float64)
    assert np.abs(seen - wanted).max() < 5


def test_extra_segments_follow_the_start():
    data = encode(np.zeros((8, 8), np.uint8), segment(0xE1, b"Exif"))
    assert data.startswith(b"\xff\xd8\xff\xe1\x00\x06Exif\xff\xdb") and data.endswith(b"\xff\xd9")
