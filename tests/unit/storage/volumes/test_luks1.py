import hashlib
import os
import re
import shutil
import struct
import subprocess
from functools import partial

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.storage.image.found import Held
from harness.storage.image.image import Range, acquire
from harness.storage.volumes.luks import find_volumes
from harness.storage.volumes.luks1 import SIZE, read_luks1
from harness.storage.volumes.policy import judge_volume
from harness.storage.volumes.volume import PassphraseRefused, open_volume

CRYPTSETUP = shutil.which("cryptsetup", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
needs_cryptsetup = pytest.mark.skipif(CRYPTSETUP is None, reason="cryptsetup is not installed")
run = partial(subprocess.run, input=b"secret", capture_output=True, check=True)


def header(key_size=32, payload=4096, slots=((0x00AC71F3, 1000, 8, 4000),), iterations=1000):
    names = (b"aes", b"xts-plain64", b"sha256")
    head = struct.pack(
        ">6sH32s32s32sII20s32sI40s",
        b"LUKS\xba\xbe",
        1,
        *names,
        payload,
        key_size,
        bytes(20),
        bytes(32),
        iterations,
        b"u",
    )
    filled = [*slots, *[(0xDEAD, 0, 0, 0)] * (8 - len(slots))]
    return head + b"".join(struct.pack(">II32sII", state, n, bytes(32), at, count) for state, n, at, count in filled)


@pytest.fixture(scope="module", params=["aes-xts-plain64", "aes-cbc-essiv:sha256", "aes-cbc-plain64", "aes-ecb"])
def foreign(request, tmp_path_factory):
    """A volume by cryptsetup with two key slots, the second one cheap."""
    folder = tmp_path_factory.mktemp("luks1")
    path, second = folder / "volume", folder / "second"
    path.write_bytes(bytes(3 << 20))
    second.write_bytes(b"another")
    options = ["--batch-mode", "--key-file", "-", "--pbkdf-force-iterations"]
    cipher = ["--cipher", request.param, "--key-size", "256"]
    run([CRYPTSETUP, "luksFormat", "--type", "luks1", *cipher, "--hash", "sha512", *options, "210000", path])
    run([CRYPTSETUP, "luksAddKey", *options, "1000", path, second])
    return path, request.param


def said_of(path):
    text = run([CRYPTSETUP, "luksDump", path]).stdout.decode()
    fields = dict(re.findall(r"^\s*([^:\n]+):[ \t]+(\S.*?)\s*$", text, re.MULTILINE))
    slots = re.findall(
        r"Key Slot (\d): ENABLED\s+Iterations:\s+(\d+)[\s\S]*?offset:\s+(\d+)\s+AF stripes:\s+(\d+)", text
    )
    return fields, [tuple(int(value) for value in slot) for slot in slots]


@needs_cryptsetup
def test_agrees_with_cryptsetup(foreign):
    (found,), (fields, slots) = find_volumes(acquire(foreign[0])), said_of(foreign[0])
    (segment,), (digest,) = found.segments, found.digests
    assert len(slots) == 2 and found.version == 1 and found.problems == ()
    assert [(slot.number, slot.kdf.time, slot.offset // 512, slot.stripes) for slot in found.keyslots] == slots
    assert segment.cipher == f"{fields['Cipher name']}-{fields['Cipher mode']}" == foreign[1]
    assert segment.offset // 512 == int(fields["Payload offset"]) and found.uuid == fields["UUID"]
    assert {slot.kdf.hash for slot in found.keyslots} == {fields["Hash spec"]} == {"sha512"}
    assert found.keyslots[0].key_size * 8 == int(fields["MK bits"])
    assert digest.iterations == int(fields["MK iterations"]) and digest.keyslots == (0, 1)


@needs_cryptsetup
def test_opens_what_cryptsetup_made(foreign):
    path, cipher = foreign
    dump = [CRYPTSETUP, "luksDump", "--batch-mode", "--dump-volume-key", "--key-file", "-", path]
    key = bytes.fromhex(re.search(rb"MK dump:\s+((?:[0-9a-f]{2}\s+)+)", run(dump).stdout)[1].decode())
    data = bytearray(path.read_bytes())
    start, plaintext = find_volumes(acquire(data))[0].segments[0].offset, os.urandom(4096)
    data[start : start + 4096] = b"".join(
        seal(cipher, key, number, plaintext[number * 512 :][:512]) for number in range(8)
    )
    first, second = (open_volume(acquire(data), 0, secret) for secret in ("secret", "another"))
    assert (first.keyslot, second.keyslot, first.master_key, second.master_key) == (0, 1, key, key)
    assert first.read_all()[:4096] == plaintext and first.payload.offset == start
    with pytest.raises(PassphraseRefused):
        open_volume(acquire(data), 0, "guess")


def seal(cipher, key, number, sector):
    """One sector, the plain way."""
    vector = number.to_bytes(16, "little")
    if "essiv" in cipher:
        vector = Cipher(algorithms.AES(hashlib.sha256(key).digest()), modes.ECB()).encryptor().update(vector)
    mode = modes.XTS(vector) if "xts" in cipher else modes.ECB() if "ecb" in cipher else modes.CBC(vector)
    return Cipher(algorithms.AES(key), mode).encryptor().update(sector)


@needs_cryptsetup
def test_the_cheap_slot_beside_a_dear_one_counts(foreign):
    weak = [finding for finding in judge_volume(find_volumes(acquire(foreign[0]))[0]) if finding.kind == "weak-kdf"]
    assert len(weak) == 1 and "key slot 1" in weak[0].detail


@needs_cryptsetup
def test_an_erased_volume_opens_no_more_but_its_header_backup_does(foreign, tmp_path):
    before = foreign[0].read_bytes()
    path = tmp_path / "erased"
    path.write_bytes(before)
    run([CRYPTSETUP, "luksErase", "--batch-mode", path])
    with pytest.raises(PassphraseRefused, match="none of 0"):
        open_volume(acquire(path), 0, "secret")
    assert [finding.kind for finding in judge_volume(find_volumes(acquire(path))[0])].count("no-key-slot") == 1
    left = acquire(path.read_bytes() + before)
    assert open_volume(left, len(before), "secret").keyslot == 0


def test_reads_what_the_header_says():
    found = read_luks1(acquire(bytes(512) + header()), 512)
    (slot,), (segment,) = found.keyslots, found.segments
    assert (slot.number, slot.offset, slot.size, slot.kdf.time) == (0, 4096, 128000, 1000)
    assert (segment.cipher, segment.offset, found.metadata) == ("aes-xts-plain64", 4096 * 512, (Range(512, SIZE),))


@pytest.mark.parametrize(
    "change",
    [
        {"key_size": 0},
        {"key_size": 513},
        {"iterations": 0},
        {"slots": ((0x00AC71F3, 0, 8, 4000),)},
        {"slots": ((0x00AC71F3, 1000, 8, 8193),)},
        {"slots": ((0x00AC71F3, 1000, 8, 0),)},
    ],
)
def test_numbers_outside_the_bounds_are_refused(change):
    with pytest.raises(MaterialError):
        read_luks1(Held(header(**change)), 0)


def test_strange_states_and_areas_are_problems():
    assert "neither active nor disabled" in read_luks1(Held(header(slots=((7, 0, 0, 0),))), 0).problems[0]
    for sector in (0, 4090):
        found = read_luks1(Held(header(slots=((0x00AC71F3, 1000, sector, 4000),))), 0)
        assert found.problems == ("the area of key slot 0 leaves its place between header and data",)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, SIZE), st.binary(min_size=1, max_size=60), st.integers(0, SIZE))
def test_any_header_is_read_or_gives_one_clear_error(at, patch, length):
    data = bytearray(header())
    data[at : at + len(patch)] = patch
    for text in (bytes(data), bytes(data[:length])):
        try:
            found = read_luks1(Held(text), 0)
        except MaterialError as error:
            assert len(str(error)) < 500
        else:
            assert len(found.keyslots) <= 8


def test_all_areas_of_key_slots_are_taken_and_what_lies_behind_them_is_not():
    areas = ((0x00AC71F3, 1000, 8, 4000), (0x0000DEAD, 0, 264, 4000), (0x0000DEAD, 0, 5000, 4000))
    found = read_luks1(acquire(header(slots=areas)), 0)
    assert found.reserved == (264 + 250) * 512
    assert [part.offset for part in found.covered(1 << 30)] == [0, 4096 * 512]
