import base64
import copy
import hashlib
import json
import os
import shutil
import struct
import subprocess
import time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.storage.image.image import Range, acquire
from harness.storage.volumes.luks import find_volumes, headers_elsewhere, read_header, search_volumes

CRYPTSETUP = shutil.which("cryptsetup", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
SIZE = 16384
SALT = base64.b64encode(bytes(32)).decode()
METADATA = {
    "keyslots": {
        "0": {
            "type": "luks2",
            "key_size": 64,
            "af": {"type": "luks1", "stripes": 4000, "hash": "sha256"},
            "area": {
                "type": "raw",
                "offset": "32768",
                "size": "258048",
                "encryption": "aes-xts-plain64",
                "key_size": 64,
            },
            "kdf": {"type": "argon2id", "time": 3, "memory": 65536, "cpus": 4, "salt": SALT},
        }
    },
    "tokens": {},
    "segments": {
        "0": {
            "type": "crypt",
            "offset": "1048576",
            "size": "dynamic",
            "iv_tweak": "0",
            "encryption": "aes-xts-plain64",
            "sector_size": 4096,
        }
    },
    "digests": {
        "0": {
            "type": "pbkdf2",
            "keyslots": ["0"],
            "segments": ["0"],
            "hash": "sha256",
            "iterations": 1000,
            "salt": SALT,
            "digest": SALT,
        }
    },
    "config": {"json_size": "12288", "keyslots_size": "1015808"},
}


def header(metadata, size=SIZE):
    return header_copy(metadata, size=size) + header_copy(metadata, size=size, second=True)


def header_copy(metadata, size=SIZE, second=False, changes=1, padding=b""):
    text = metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode()
    area = text.ljust(size - 4096, b"\0")
    magic, offset = (b"SKUL\xba\xbe", size) if second else (b"LUKS\xba\xbe", 0)
    identity = (b"", b"sha256", b"", b"an-uuid", b"", offset)
    head = bytearray(struct.pack(">6sHQQ48s32s64s40s48sQ", magic, 2, size, changes, *identity).ljust(512, b"\0"))
    head = bytearray((head + padding).ljust(4096, b"\0"))
    head[0x1C0:0x1E0] = hashlib.sha256(bytes(head) + area).digest()
    return bytes(head) + area


def test_reads_what_the_header_says():
    found = read_header(acquire(bytes(512) + header(METADATA)), 512)
    (slot,), (segment,), (digest,) = found.keyslots, found.segments, found.digests
    assert (found.version, found.uuid, found.problems, found.header_size) == (2, "an-uuid", (), SIZE)
    text = len(json.dumps(METADATA))
    places = (Range(512, 512), Range(512 + 4096, text), Range(512 + SIZE, 512), Range(512 + SIZE + 4096, text))
    assert found.metadata == places
    assert (slot.kdf.type, slot.kdf.memory, slot.kdf.time, slot.kdf.lanes) == ("argon2id", 65536, 3, 4)
    assert (slot.key_size, slot.offset, slot.size, slot.stripes, slot.af_hash) == (64, 32768, 258048, 4000, "sha256")
    assert (segment.cipher, segment.offset, segment.size, segment.sector_size) == (
        "aes-xts-plain64",
        1 << 20,
        None,
        4096,
    )
    assert (digest.keyslots, digest.segments, digest.iterations) == ((0,), (0,), 1000)


@pytest.mark.skipif(CRYPTSETUP is None, reason="cryptsetup is not installed")
@pytest.mark.parametrize(
    "options",
    [
        ["--cipher", "aes-xts-plain64", "-s", "256", "--sector-size", "512"],
        ["--cipher", "aes-xts-plain64", "-s", "512", "--sector-size", "4096"],
        ["--cipher", "aes-cbc-essiv:sha256", "-s", "128", "--hash", "sha512", "--sector-size", "1024"],
        ["--cipher", "aes-ecb", "-s", "256", "--sector-size", "2048", "--luks2-metadata-size", "64k"],
    ],
)
def test_agrees_with_cryptsetup_on_luks2(tmp_path, options):
    path = tmp_path / "volume"
    path.write_bytes(bytes(20 << 20))
    cost = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1234"]
    cheap = ["--pbkdf", "argon2i", "--pbkdf-memory", "64", "--pbkdf-parallel", "2", "--pbkdf-force-iterations", "5"]
    run = partial(subprocess.run, input=b"secret", capture_output=True, check=True)
    run([CRYPTSETUP, "luksFormat", "--batch-mode", "--type", "luks2", *cost, *options, "--key-file", "-", path])
    (tmp_path / "second").write_bytes(b"another")
    run([CRYPTSETUP, "luksAddKey", "--batch-mode", *cheap, "--key-file", "-", path, tmp_path / "second"])
    said = json.loads(run([CRYPTSETUP, "luksDump", "--dump-json-metadata", path]).stdout)
    (found,) = find_volumes(acquire(path))
    assert found.problems == () and found.uuid == run([CRYPTSETUP, "luksUUID", path]).stdout.decode().strip()
    assert [as_cryptsetup_says(slot) for slot in found.keyslots] == [said["keyslots"]["0"], said["keyslots"]["1"]]
    (segment,), wanted = found.segments, said["segments"]["0"]
    assert (segment.type, str(segment.offset), segment.size) == (wanted["type"], wanted["offset"], None)
    assert (segment.cipher, segment.sector_size) == (wanted["encryption"], wanted["sector_size"])
    (digest,), wanted = found.digests, said["digests"]["0"]
    assert (digest.hash, digest.iterations, digest.salt) == (wanted["hash"], wanted["iterations"], wanted["salt"])
    assert [str(number) for number in digest.keyslots] == wanted["keyslots"] and digest.digest == wanted["digest"]


@pytest.mark.skipif(CRYPTSETUP is None, reason="cryptsetup is not installed")
def test_agrees_with_cryptsetup_on_authentication(tmp_path):
    path = tmp_path / "volume"
    path.write_bytes(bytes(20 << 20))
    kind = ["--type", "luks2", "--integrity", "hmac-sha256", "--integrity-no-wipe", "--pbkdf", "pbkdf2"]
    command = [CRYPTSETUP, "luksFormat", "--batch-mode", *kind, "--pbkdf-force-iterations", "1000", "--key-file", "-"]
    done = subprocess.run([*command, path], input=b"secret", capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"cryptsetup cannot format with integrity here (it needs dm-integrity): {done.stderr[:80]!r}")
    said = subprocess.run([CRYPTSETUP, "luksDump", "--dump-json-metadata", path], capture_output=True, check=True)
    segment = json.loads(said.stdout)["segments"]["0"]
    assert find_volumes(acquire(path))[0].segments[0].integrity == segment["integrity"]["type"]


def as_cryptsetup_says(slot):
    """The slot in the words of the format."""
    kdf = slot.kdf
    cost = {"hash": kdf.hash, "iterations": kdf.time}
    cost = cost if kdf.type == "pbkdf2" else {"time": kdf.time, "memory": kdf.memory, "cpus": kdf.lanes}
    place = {"offset": str(slot.offset), "size": str(slot.size)}
    return {
        "type": slot.type,
        "key_size": slot.key_size,
        "af": {"type": "luks1", "stripes": slot.stripes, "hash": slot.af_hash},
        "area": {"type": "raw", "encryption": slot.cipher, "key_size": slot.cipher_key_size, **place},
        "kdf": {"type": kdf.type, "salt": kdf.salt, **cost},
    }


def test_volumes_are_found_at_sectors_only():
    data = bytes(512) + header(METADATA) + bytes(100) + header(METADATA)
    assert [found.offset for found in find_volumes(acquire(data))] == [512]


def test_medium_full_of_false_headers_is_bounded():
    false = bytearray(b"LUKS\xba\xbe\0\2" + (0x100000).to_bytes(8, "big")).ljust(512, b"\0")
    false[0x48:0x4E] = b"sha256"
    started = time.perf_counter()
    found, unread = search_volumes(acquire(false * 20_000))
    assert time.perf_counter() - started < 10.0
    assert found == () and len(unread) == 65 and unread[-1] == "more than 64 LUKS headers"


def test_what_looks_like_a_volume_and_cannot_be_judged_is_said():
    good = header(METADATA)
    assert search_volumes(acquire(good))[1] == ()
    found, (said,) = search_volumes(acquire(good + header(b"{}")))
    assert [volume.offset for volume in found] == [0] and "keyslots" in said
    misplaced = bytearray(header_copy(METADATA, second=True))
    misplaced[0x100:0x108] = bytes(8)
    found, (said,) = search_volumes(acquire(good + bytes(512) + misplaced))
    assert len(found) == 1 and "a secondary one without its primary" in said


def test_a_volume_whose_first_header_was_wiped_is_found_by_its_second():
    found, said = search_volumes(acquire(bytes(512 + SIZE) + header_copy(METADATA, second=True)))
    assert said == () and [(volume.offset, volume.problems) for volume in found] == [
        (512, ("primary header is missing",))
    ]
    assert [slot.number for slot in found[0].keyslots] == [0]


def test_a_header_backup_lies_elsewhere():
    image = acquire(header(METADATA) + bytes(4096) + header(METADATA))
    found = find_volumes(image)
    assert [volume.offset for volume in headers_elsewhere(image, found)] == [2 * SIZE + 4096]
    assert headers_elsewhere(acquire(header(METADATA)), find_volumes(acquire(header(METADATA)))) == ()


def test_a_reencryption_under_way_is_a_problem_and_its_slot_no_key():
    under_way = copy.deepcopy(METADATA)
    under_way["keyslots"]["10"] = {"type": "reencrypt", "mode": "encrypt", "key_size": 1}
    under_way["config"]["requirements"] = {"mandatory": ["online-reencrypt"]}
    under_way["segments"]["0"]["flags"] = ["backup-previous"]
    found = read_header(acquire(header(under_way)), 0)
    assert [slot.number for slot in found.keyslots] == [0] and found.problems == ("requirement: online-reencrypt",)
    assert not found.segments[0].holds_data


def test_authentication_and_tokens_are_read():
    more = copy.deepcopy(METADATA)
    more["segments"]["0"]["integrity"] = {"type": "hmac(sha256)", "journal_encryption": "none"}
    more["tokens"]["0"] = {"type": "systemd-tpm2", "keyslots": ["0"]}
    found = read_header(acquire(header(more)), 0)
    assert (found.segments[0].integrity, found.tokens) == ("hmac(sha256)", ("systemd-tpm2",))


def test_what_the_headers_take_and_what_is_none_of_the_format_is_read():
    odd = copy.deepcopy(METADATA)
    odd["tokens"]["0"] = {"type": "auto", "keyslots": ["0"], "pass": "c2VjcmV0"}
    found = read_header(acquire(header(odd)), 0)
    assert (found.reserved, found.strangers) == (1 << 20, ("tokens.0 of kind auto",))
    odd["config"]["keyslots_size"] = str(1 << 30)
    with pytest.raises(MaterialError, match="keyslots_size"):
        read_header(acquire(header(odd)), 0)


def test_the_copy_that_was_changed_last_counts_and_a_difference_is_a_problem():
    weak = copy.deepcopy(METADATA)
    weak["keyslots"]["0"]["kdf"]["memory"] = 32
    for first, second, wanted in ((METADATA, weak, 32), (weak, METADATA, 65536)):
        data = header_copy(first) + header_copy(second, second=True, changes=2)
        found = read_header(acquire(data), 0)
        assert found.keyslots[0].kdf.memory == wanted
        assert found.problems == ("the two copies of the header say different things",)
    older = header_copy(METADATA, changes=3) + header_copy(weak, second=True, changes=2)
    assert read_header(acquire(older), 0).keyslots[0].kdf.memory == 65536


def test_nothing_hides_where_the_format_wants_zeros():
    text = json.dumps(METADATA).encode()
    for one in (header_copy(text + b"\0" * 9 + b"hidden"), header_copy(text, padding=b"\0" * 9 + b"hidden")):
        found = read_header(acquire(one + header_copy(text, second=True)), 0)
        assert found.problems == ("primary header holds bytes where the format wants zeros",)
        hidden = one.index(b"hidden")
        assert not any(part.offset <= hidden < part.end for part in found.metadata)


@pytest.mark.parametrize(("copy_at", "name"), [(0, "primary"), (SIZE, "secondary")])
def test_one_damaged_copy_is_a_problem_and_the_other_is_used(copy_at, name):
    data = bytearray(header(METADATA))
    data[copy_at + 5000] ^= 1
    found = read_header(acquire(data), 0)
    assert found.problems == (f"{name} header has a wrong checksum",)
    assert len(found.keyslots) == 1


def test_two_damaged_copies_are_refused():
    data = bytearray(header(METADATA))
    data[5000] ^= 1
    data[SIZE + 5000] ^= 1
    with pytest.raises(MaterialError, match="primary header has a wrong checksum; secondary"):
        read_header(acquire(data), 0)


@pytest.mark.parametrize("version", [0, 3, 65535])
def test_unknown_version_is_refused(version):
    data = bytearray(header(METADATA))
    data[6:8] = version.to_bytes(2, "big")
    with pytest.raises(MaterialError, match="unknown version"):
        read_header(acquire(data), 0)


@pytest.mark.parametrize("length", [1, 100, 4096, SIZE, 2 * SIZE - 1])
def test_truncated_header_is_refused(length):
    with pytest.raises(MaterialError):
        read_header(acquire(header(METADATA)[:length]), 0)


@pytest.mark.parametrize("offset", [-1, 512, 1 << 40])
def test_no_header_there_is_refused(offset):
    with pytest.raises(MaterialError, match="no LUKS header"):
        read_header(acquire(header(METADATA)), offset)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("keyslots",), []),
        (("keyslots", "0"), None),
        (("keyslots", "0", "key_size"), 10**6),
        (("keyslots", "0", "key_size"), True),
        (("keyslots", "0", "af", "stripes"), 10**9),
        (("keyslots", "0", "area", "offset"), "-1"),
        (("keyslots", "0", "area", "offset"), "9" * 5000),
        (("keyslots", "0", "kdf", "salt"), "no base64!"),
        (("keyslots", "0", "kdf", "time"), 1.5),
        (("segments", "0", "size"), "0"),
        (("segments", "0", "encryption"), "x" * 5000),
        (("digests", "0", "keyslots"), "0"),
        (("digests", "0", "keyslots"), ["0"] * 100),
        (("segments",), {str(number): {} for number in range(100)}),
    ],
)
def test_metadata_outside_the_bounds_is_refused(path, value):
    metadata = copy.deepcopy(METADATA)
    parent = metadata
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    with pytest.raises(MaterialError):
        read_header(acquire(header(metadata)), 0)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"[" * 12000, b'{"a":' * 2000, b"\xff\xfe", b"9" * 12000])
def test_text_that_is_no_object_is_refused(text):
    with pytest.raises(MaterialError):
        read_header(acquire(header(text)), 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["keyslots", "segments", "digests"]), JSON, st.sampled_from(["", "0", "area", "kdf", "af"]))
def test_any_metadata_gives_a_header_or_one_clear_error(table, value, below):
    metadata = copy.deepcopy(METADATA)
    if below in metadata[table]["0"]:
        metadata[table]["0"][below] = value
    elif below:
        metadata[table]["0"] = value
    else:
        metadata[table] = value
    try:
        read_header(acquire(header(metadata)), 0)
    except MaterialError as error:
        assert len(str(error)) < 500


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=40))
def test_any_binary_header_gives_a_header_or_one_clear_error(at, patch):
    data = bytearray(header(METADATA))
    data[at : at + len(patch)] = patch
    started = time.perf_counter()
    try:
        read_header(acquire(data), 0)
    except MaterialError as error:
        assert len(str(error)) < 500
    assert time.perf_counter() - started < 5.0
