"""Every detector on real recordings, on random data and on other formats' data."""

import base64
import gzip
import importlib.util
import io
import json
import lzma
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import errors
from harness.storage.image.found import Held, Leading
from harness.storage.image.image import Range
from harness.storage.search.canary import CoordinateCanary
from harness.storage.search.coordinates import find_pairs, pairs_detector
from harness.storage.search.detectors import ANCHORED, INDICATIONS, WINDOWED
from harness.storage.search.xored import expected_samples

RECORDINGS = Path("/work/shared/recordings")
MIB = 1 << 20


def recording(pattern):
    found = sorted(RECORDINGS.glob(pattern))
    if not found:
        pytest.skip(f"no recording {pattern} below {RECORDINGS}")
    return lzma.decompress(found[0].read_bytes())


def anchored(data):
    """Every find of the anchored detectors in `data`."""
    image = Held(data)
    for detector in ANCHORED:
        at = data.find(detector.needle)
        while at >= 0:
            found = detector.check(image, at)
            if found is not None:
                yield found
            at = data.find(detector.needle, at + 1)


def windowed(data, size=1 << 16):
    """Every find of the windowed detectors, piece by piece, each piece with its overlap."""
    for detector in WINDOWED:
        for start in range(0, len(data), size):
            first, last = max(start - detector.back, 0), min(start + size + detector.ahead, len(data))
            first -= first % detector.step
            for found in detector.window(data[first:last], first):
                if start <= found.offset < start + size:
                    yield found


def kinds(data):
    return {found.kind for found in (*anchored(data), *windowed(data))}


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("arducopter*dataflash.bin.xz", "dataflash"),
        ("px4*.ulg.xz", "ulog"),
        ("arducopter*.tlog.xz", "mavlink"),
        ("px4*.tlog.xz", "mavlink"),
    ],
)
def test_a_real_recording_is_found_also_from_its_middle(pattern, kind):
    data = recording(pattern)
    noise = np.random.default_rng(1).bytes(5000)
    assert kind in kinds(noise + data[:MIB])
    middle = len(data) // 2 + 137
    assert kind in kinds(noise + data[middle : middle + MIB])
    # xor with one byte leaves no structure that these know
    assert kind not in kinds(bytes(byte ^ 0x5A for byte in data[:200_000]))


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("arducopter*dataflash.bin.xz", (35.36, 139.0)),
        ("arducopter*.tlog.xz", (35.36, 139.0)),
        ("px4*.ulg.xz", (47.397742, 8.545594)),
        ("px4*.tlog.xz", (47.397742, 8.545594)),
    ],
)
def test_the_place_of_a_real_flight_is_found(pattern, place):
    data = recording(pattern)[:MIB]
    here, elsewhere = (pairs_detector(CoordinateCanary("c", place[0] + off, place[1])) for off in (0.0, 1.5))
    found = list(here.window(data, 4096))
    assert len(found) > 10 and all(4096 <= hit.offset < 4096 + len(data) for hit in found)
    assert list(elsewhere.window(data, 0)) == []


def test_windows_find_what_the_whole_finds():
    data = np.random.default_rng(2).bytes(70_001) + recording("arducopter*.tlog.xz")[: 2 * MIB]
    for detector in WINDOWED:
        whole = [found.offset for found in detector.window(data, 0)]
        pieces = [found.offset for found in windowed(data) if found.kind == detector.kind]
        assert bool(whole) == bool(pieces) and set(whole[:1]) == set(sorted(pieces)[:1])


def test_random_data_holds_nothing():
    # 16 MiB: the shortest needles alone come about 256 times, their structures less than once in 1000 such runs
    assert kinds(np.random.default_rng(3).bytes(16 * MIB)) == set()


def test_needles_in_random_data_find_nothing():
    noise = np.random.default_rng(4).bytes(MIB)
    for detector in ANCHORED:
        for at in range(0, MIB, 2048):
            data = noise[at : at + 300] + detector.needle + noise[at + 300 : at + 2048]
            assert detector.check(Held(data), 300) is None, detector


def test_expected_finds_are_few_and_tell_their_detector():
    for detector in (*ANCHORED, *WINDOWED, *INDICATIONS):
        assert 0 < detector.expected(64 << 30) < 1, detector
    assert INDICATIONS[0].expected(64 << 30) >= expected_samples(64 << 30)
    zipped = next(detector for detector in ANCHORED if detector.kind == "zip")
    # 32 bits of the needle and 20 more
    assert zipped.expected(1 << 53) == pytest.approx(2.0)
    place = pairs_detector(CoordinateCanary("c", 47.4, 8.5))
    # mostly by whole numbers: two byte orders, a longitude before or behind, both within 20 001 of 2^32 values
    assert 1 < place.expected(1 << 30) / (4 * (20_001 / 2**32) ** 2 * 2**30) < 1.2


def test_chance_finds_of_a_place_are_as_expected():
    # a box so wide that chance fills it: both figures within four standard deviations of a Poisson count
    noise = np.random.default_rng(12).bytes(4 * MIB)
    hits = find_pairs(noise, CoordinateCanary("c", 47.4, 8.5, 0.1), (Range(0, len(noise)),))
    found, expected = sum(len(form.offsets) for form in hits), sum(form.expected for form in hits)
    assert expected > 1 and abs(found - expected) <= 4 * expected**0.5


def others():
    """Data of other formats, none of which is mission data."""
    words = ("rotor bearing housing seal torque spring plate bolt " * 4000).encode()
    packed = zlib_noise(words)
    return {
        "prose": words,
        "source": Path(errors.__file__).read_bytes(),
        "base64": base64.encodebytes(np.random.default_rng(5).bytes(100_000)),
        "numbers": "\n".join(str(number) for number in range(50_000)).encode(),
        "program": Path("/bin/ls").read_bytes() if Path("/bin/ls").exists() else b"",
        "table of doubles": np.linspace(0, 1, 50_000).tobytes(),
        "fill": b"\xff" * 50_000 + bytes(50_000),
        "deflated": packed,
    }


def zlib_noise(data):
    return gzip.compress(data)[10:]


@pytest.mark.parametrize("name", sorted(others()))
def test_other_data_holds_no_mission_data(name):
    assert kinds(others()[name]) == set()


def test_files_of_each_kind_are_found_together():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.log", "hello")
    lines = "\n".join(json.dumps({"lat": 35.1, "lon": 139.2, "n": n}) for n in range(5)).encode()
    assert kinds(bytes(100) + archive.getvalue() + lines + b"\n" + gzip.compress(lines)) == {"zip", "json", "gzip"}


def sample(name):
    beside = importlib.util.spec_from_file_location(
        f"{name}_samples", Path(__file__).parents[1] / "volumes" / f"test_{name}.py"
    )
    module = importlib.util.module_from_spec(beside)
    beside.loader.exec_module(module)
    return module


def test_headers_of_volumes_are_found_at_any_offset():
    luks, bitlocker = sample("luks"), sample("bitlocker")
    name = b"ECRYPTFS_FNEK_ENCRYPTED.FWYzP3kx0Rq8sT-u"
    data = bytes(4099) + luks.header(luks.METADATA) + bytes(77) + bitlocker.volume() + bytes(9) + name
    assert {found.kind: found.detail for found in anchored(data) if found.kind != "json"} == {
        "luks": "LUKS2 header with 1 key slots, volume an-uuid",
        "bitlocker": "BitLocker volume, AES-XTS 128",
        "ecryptfs": "eCryptfs file name",
    }
    damaged = bytearray(data)
    damaged[4099 + 5000] ^= 1
    damaged[4099 + luks.SIZE + 5000] ^= 1
    assert "luks" not in {found.kind for found in anchored(bytes(damaged))}


def test_indications_are_no_finds():
    assert {detector.kind for detector in INDICATIONS}.isdisjoint({detector.kind for detector in WINDOWED})


def test_no_detector_reads_beyond_what_it_promises():
    for detector in (each for each in ANCHORED if not isinstance(each, Leading)):
        asked = []

        class Watched:
            size = 1 << 30

            def read(self, offset, size, asked=asked, detector=detector):
                asked.append((offset, offset + size))
                return detector.needle.rjust(detector.back + len(detector.needle), b"\0").ljust(size, b"\0")[:size]

        detector.check(Watched(), 1 << 20)
        at = 1 << 20
        assert asked and all(at - detector.back <= first and last <= at + detector.ahead for first, last in asked)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ANCHORED), st.binary(max_size=40), st.binary(max_size=400))
def test_any_bytes_around_a_needle_are_survived(detector, before, behind):
    data = before + detector.needle + behind
    found = detector.check(Held(data), len(before))
    assert detector.check(Held(data), 1 << 60) is None
    assert found is None or (0 <= found.offset <= len(before) and found.size > 0)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WINDOWED), st.binary(max_size=3000), st.integers(0, 1 << 40))
def test_any_window_is_survived(detector, data, start):
    for found in detector.window(data, start * 512):
        assert found.offset >= start * 512
