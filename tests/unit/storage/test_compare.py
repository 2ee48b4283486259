import os
import shutil
import subprocess
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from harness.storage import compare as module
from harness.storage.compare import SystemArea, compare_headers, compare_images, compare_system
from harness.storage.image.found import Held
from harness.storage.image.image import Range, acquire
from harness.storage.volumes.luks import find_volumes
from harness.storage.volumes.luks_model import Digest, Kdf, KeySlot, LuksHeader

CRYPTSETUP = shutil.which("cryptsetup", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
run = partial(subprocess.run, input=b"secret", capture_output=True, check=True)
TEXT = b"".join(b"%08d,47.3977,8.5455,488.1,0123\n" % number for number in range(4000))[:98_304]


def sealed(key, mode, text=TEXT):
    return Held(Cipher(algorithms.AES(key), mode).encryptor().update(text))


def test_units_with_keys_of_their_own_share_nothing():
    first, second = (sealed(os.urandom(32), modes.CBC(os.urandom(16))) for _ in range(2))
    found = compare_images(first, second)
    assert (found.in_place, found.elsewhere, found.places) == (0, 0, ())
    assert found.examined == found.drawn == len(TEXT) // 16 and found.expected < 1e-28


def test_one_key_and_one_initial_vector_are_seen():
    key, vector = os.urandom(32), os.urandom(16)
    other = TEXT[:32_768] + b"X" + TEXT[32_769:]
    found = compare_images(sealed(key, modes.CBC(vector)), sealed(key, modes.CBC(vector), other))
    # CBC is equal up to the first difference in the text
    assert found.in_place == 2048 and found.places == (Range(0, 32_768),) and found.elsewhere == 0


def test_ecb_is_seen_anywhere():
    key = os.urandom(32)
    moved = TEXT[1600:] + TEXT[:1600]
    found = compare_images(sealed(key, modes.ECB()), sealed(key, modes.ECB(), moved))
    assert found.in_place < len(TEXT) // 16 and found.in_place + found.elsewhere == len(TEXT) // 16


def test_a_clone_is_equal_everywhere_and_fill_is_left_out():
    data = bytes(8192) + os.urandom(4096) + b"\xff" * 4096
    found = compare_images(Held(data), Held(data))
    assert (found.examined, found.in_place, found.places) == (256, 256, (Range(8192, 4096),))


def test_only_the_parts_asked_for_are_compared():
    common = os.urandom(4096)
    first, second = Held(common + os.urandom(4096)), Held(common + os.urandom(4096))
    assert compare_images(first, second).in_place == 256
    assert compare_images(first, second, [Range(4096, 4096)]).in_place == 0
    assert compare_images(first, Held(b""), None).examined == 0


def test_a_drawn_part_still_shows_what_is_common(monkeypatch):
    monkeypatch.setattr(module, "MOST_DRAWN", 500)
    monkeypatch.setattr(module, "PIECE", 16_384)
    # blocks that all differ: of equal ones, all are drawn or none, and the number drawn scatters
    key, text = os.urandom(32), b"".join(b"%015d\n" % number for number in range(6144))
    found = compare_images(sealed(key, modes.ECB(), text), sealed(key, modes.ECB(), text[1600:] + text[:1600]))
    assert 200 < found.drawn < 900 and found.elsewhere > 0.9 * found.drawn


def header(uuid="a", salt="s", digest="d", kdf_salt="k"):
    kdf = Kdf(type="pbkdf2", time=1, memory=0, lanes=1, hash="sha256", salt=kdf_salt)
    slot = KeySlot(
        number=0, type="luks2", key_size=64, cipher="c", cipher_key_size=64, offset=0, size=0, stripes=1, af_hash="h",
        kdf=kdf,
    )  # fmt: skip
    proof = Digest(type="pbkdf2", hash="sha256", iterations=1, salt=salt, digest=digest, keyslots=(0,), segments=(0,))
    return LuksHeader(
        version=2, offset=512, uuid=uuid, header_size=16384, keyslots=(slot,), segments=(), digests=(proof,),
        metadata=(), problems=(),
    )  # fmt: skip


OTHER = header(uuid="b", salt="t", digest="e", kdf_salt="l")


@pytest.mark.parametrize(
    ("same", "kinds"),
    [
        ({}, []),
        ({"uuid": "a"}, ["same-uuid"]),
        ({"digests": header().digests}, ["same-volume-key"]),
        ({"digests": header(digest="e").digests}, ["same-salt"]),
        ({"keyslots": header().keyslots}, ["same-salt"]),
    ],
)
def test_what_two_headers_share_is_found(same, kinds):
    found = compare_headers([header()], [replace(OTHER, **same)])
    assert [finding.kind for finding in found] == kinds and all(finding.offset == 512 for finding in found)


@pytest.mark.skipif(CRYPTSETUP is None, reason="cryptsetup is not installed")
def test_a_clone_that_got_a_passphrase_of_its_own_is_still_one(tmp_path):
    first, clone, other, new = (tmp_path / name for name in ("first", "clone", "other", "new"))
    cheap = ["--batch-mode", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--key-file", "-"]
    for path in (first, other):
        path.write_bytes(bytes(17 << 20))
        run([CRYPTSETUP, "luksFormat", "--type", "luks2", *cheap, path])
    clone.write_bytes(first.read_bytes())
    new.write_bytes(b"another")
    run([CRYPTSETUP, "luksChangeKey", *cheap, clone, new])
    headers = {path: find_volumes(acquire(path)) for path in (first, clone, other)}
    shared = compare_headers(headers[first], headers[clone])
    assert [finding.kind for finding in shared] == ["same-uuid", "same-volume-key"]
    assert compare_headers(headers[first], headers[other]) == []


def test_finds_in_what_was_released_are_listed_not_counted():
    released = os.urandom(20_000)
    image = bytearray(bytes(1 << 16) + released + os.urandom(30_000))
    image[(1 << 16) + 9000] ^= 1
    area = SystemArea(name="system", place=Range(1 << 16, 20_000))
    found = compare_system(Held(bytes(image)), Held(released), [area])
    start = 1 << 16
    assert found.different == (Range(start + 8192, 4096),)
    assert found.equal == (Range(start, 8192), Range(start + 12_288, 20_000 - 12_288))
    assert not found.counts(start + 100) and not found.counts(start + 19_999)
    for offset, size in ((start + 9000, 1), (start + 8190, 10), (start + 20_000, 1), (start + 19_999, 2), (0, 1)):
        assert found.counts(offset, size)


def test_a_released_image_that_is_too_short_excuses_nothing():
    image = Held(os.urandom(16_384))
    found = compare_system(image, Held(image.data[:10_000]), [SystemArea(name="s", place=Range(0, 16_384))])
    assert found.equal == (Range(0, 8192),) and found.different == (Range(8192, 8192),)
    elsewhere = SystemArea(name="s", place=Range(0, 4096), released_offset=4096)
    assert compare_system(image, Held(image.data), [elsewhere]).equal == ()


def test_areas_longer_than_a_piece_are_joined(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 8192)
    data = os.urandom(40_000)
    areas = [SystemArea(name="s", place=Range(0, 39_000))]
    assert compare_system(Held(data), Held(data), areas).equal == (Range(0, 39_000),)


@given(st.binary(max_size=200), st.binary(max_size=200), st.integers(0, 300), st.integers(0, 300))
def test_any_bytes_are_survived(first, second, offset, size):
    found = compare_images(Held(first), Held(second), [Range(offset, size)])
    assert 0 <= found.in_place <= found.examined
    parts = compare_system(Held(first), Held(second), [SystemArea(name="s", place=Range(offset, size))])
    assert sum(part.size for part in (*parts.equal, *parts.different)) <= size
    assert np.all([part.size > 0 for part in (*parts.equal, *parts.different)])
