import hashlib
import os

import pytest

from harness.storage.image.image import acquire
from harness.storage.image.ranges import Range
from harness.storage.image.window import Steps, hashing, read_windows


@pytest.mark.parametrize("size", [1, 4095, 4096, 50_000, 200_000])
@pytest.mark.parametrize(
    "steps", [Steps(), Steps(piece=4096, back=4096, ahead=8192), Steps(piece=8192, back=0, ahead=0)]
)
def test_windows_own_every_byte_once_and_hash_it(size, steps):
    data = os.urandom(size)
    with hashing() as hasher:
        windows = list(read_windows(acquire(data), steps, hasher))
        assert hasher.finish() == hashlib.sha256(data).hexdigest()
    assert b"".join(window.data[window.inner.offset : window.inner.end] for window in windows) == data
    for window in windows:
        first, last = max(window.own.offset - steps.back, 0), min(window.own.offset + steps.piece + steps.ahead, size)
        assert (window.start, window.data) == (first, data[first:last])


def test_every_byte_is_read_once():
    class Counting:
        size, unreadable, problems = 100_000, (), ()
        read_bytes = 0

        def read(self, offset, size):
            assert offset == self.read_bytes
            self.read_bytes += size
            return bytes(size)

    source = Counting()
    with hashing() as hasher:
        assert len(list(read_windows(source, Steps(piece=8192, back=4096, ahead=16384), hasher))) == 13
    assert source.read_bytes == source.size


def test_a_window_is_read_like_the_image():
    data = bytes(range(200)) * 100
    with hashing() as hasher:
        window = list(read_windows(acquire(data), Steps(piece=4096, back=4096, ahead=4096), hasher))[2]
    assert window.own == Range(8192, 4096)
    assert window.read(9000, 50) == data[9000:9050] and window.read(0, 50) == b""
    assert window.around(8192, 10, 20) == (8182, data[8182:8212])
    assert window.around(4100, 10, 20) == (4096, data[4096:4120])


def test_an_error_of_hashing_comes_out():
    with hashing() as hasher, pytest.raises(TypeError):
        hasher.update(None)
        hasher.finish()
