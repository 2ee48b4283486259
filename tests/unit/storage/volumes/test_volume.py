import base64
import copy
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.storage.image.image import acquire
from harness.storage.volumes import volume as module
from harness.storage.volumes.luks import read_header
from harness.storage.volumes.unlock import merge, unlock
from harness.storage.volumes.volume import OpenedSource, PassphraseRefused, open_volume

CRYPTSETUP = shutil.which("cryptsetup", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
needs_cryptsetup = pytest.mark.skipif(CRYPTSETUP is None, reason="cryptsetup is not installed")

beside = importlib.util.spec_from_file_location("luks_samples", Path(__file__).with_name("test_luks.py"))
samples = importlib.util.module_from_spec(beside)
beside.loader.exec_module(samples)


def cryptsetup(path, *arguments):
    done = subprocess.run([CRYPTSETUP, *arguments, path], input=b"secret", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


CIPHERS = ("aes-xts-plain64", "aes-cbc-essiv:sha256", "aes-cbc-plain64", "aes-cbc-plain", "aes-cbc-null", "aes-ecb")
KINDS = [("aes-xts-plain64", 4096), ("aes-xts-plain64", 1024), ("aes-cbc-plain64", 2048)]


@pytest.fixture(scope="module", params=[*((cipher, 512) for cipher in CIPHERS), *KINDS])
def foreign(request, tmp_path_factory):
    """A volume that cryptsetup itself encrypted, and what was in it."""
    cipher, sector = request.param
    plaintext = (b"plain canary " * 1000 + os.urandom(100_000)).ljust(1 << 20, b"p")
    path = tmp_path_factory.mktemp("foreign") / "volume"
    path.write_bytes(plaintext + bytes(2 << 20))
    cryptsetup(
        path, "reencrypt", "--encrypt", "--batch-mode", "--type", "luks2", "--reduce-device-size", "2M",
        "--luks2-keyslots-size", "256k", "--luks2-metadata-size", "16k", "--cipher", cipher,
        "--key-size", "256", "--sector-size", str(sector), "--pbkdf", "pbkdf2",
        "--pbkdf-force-iterations", "1000", "--key-file", "-",
    )  # fmt: skip
    return path, plaintext


@needs_cryptsetup
def test_opens_what_cryptsetup_encrypted(foreign, monkeypatch):
    path, plaintext = foreign
    image = acquire(path)
    volume = open_volume(image, 0, "secret")
    assert volume.read_all()[: len(plaintext)] == plaintext
    assert volume.read_written()[: len(plaintext)] == plaintext
    monkeypatch.setattr(module, "PIECE", 10_000)
    assert volume.read_all()[: len(plaintext)] == plaintext
    assert b"plain canary" not in image.data


@needs_cryptsetup
def test_any_part_of_the_plaintext_can_be_read_alone(foreign):
    path, plaintext = foreign
    source = OpenedSource([open_volume(acquire(path), 0, "secret")] * 2)
    whole = source.read(0, source.size)
    half = source.size // 2
    assert whole[: len(plaintext)] == whole[half : half + len(plaintext)] == plaintext
    for start, size in (
        (0, 1),
        (511, 2),
        (4095, 4098),
        (half - 3, 10),
        (half + 100_001, 12_345),
        (source.size - 7, 100),
    ):
        assert source.read(start, size) == whole[start : start + size]
    assert source.read(-1, 10) == source.read(source.size, 10) == source.read(5, 0) == b""


@needs_cryptsetup
def test_wrong_passphrase_is_refused(foreign):
    with pytest.raises(PassphraseRefused, match="none of 1 key slots"):
        open_volume(acquire(foreign[0]), 0, b"guess")


@needs_cryptsetup
@pytest.mark.parametrize("kind", ["argon2i", "argon2id"])
def test_opens_an_argon2_slot_beside_a_first_one(tmp_path, kind):
    path = tmp_path / "volume"
    path.write_bytes(bytes(17 << 20))
    cost = ["--pbkdf", kind, "--pbkdf-memory", "32", "--pbkdf-parallel", "1", "--pbkdf-force-iterations", "4"]
    cryptsetup(path, "luksFormat", "--batch-mode", "--type", "luks2", *cost, "--key-file", "-")
    (tmp_path / "second").write_bytes(b"another")
    add = [CRYPTSETUP, "luksAddKey", "--batch-mode", *cost, "--key-file", "-", path, tmp_path / "second"]
    subprocess.run(add, input=b"secret", capture_output=True, check=True)
    image = acquire(path)
    first, second = open_volume(image, 0, "secret"), open_volume(image, 0, "another")
    assert (first.keyslot, second.keyslot) == (0, 1)
    assert first.master_key == second.master_key


KEY = bytes(range(64))


def crafted(**changed):
    """A volume of ours: key slot of two stripes, PBKDF2 with one round, 8 KiB of payload behind the key slot."""
    metadata = copy.deepcopy(samples.METADATA)
    slot, digest = metadata["keyslots"]["0"], metadata["digests"]["0"]
    slot["af"]["stripes"] = 1
    slot["kdf"] = {"type": "pbkdf2", "hash": "sha256", "iterations": 1, "salt": samples.SALT}
    digest["iterations"] = 1
    digest["digest"] = base64.b64encode(hashlib.pbkdf2_hmac("sha256", KEY, bytes(32), 1)).decode()
    metadata["segments"]["0"]["offset"] = str(40960)
    for path, value in changed.items():
        parent, keys = metadata, path.split("__")
        for key in keys[:-1]:
            parent = parent[key]
        parent[keys[-1]] = value
    slot_key = hashlib.pbkdf2_hmac("sha256", b"secret", bytes(32), 1, 64)
    sealed = Cipher(algorithms.AES(slot_key), modes.XTS(bytes(16))).encryptor().update(KEY.ljust(512, b"\0"))
    return samples.header(metadata) + sealed.ljust(8192, b"\0") + os.urandom(8192)


def argon2(**changed):
    return {"type": "argon2id", "time": 1, "memory": 64, "cpus": 4, "salt": samples.SALT} | changed


def test_crafted_volume_opens():
    volume = open_volume(acquire(crafted()), 0, "secret")
    assert (volume.master_key, volume.payload.size, len(volume.read_all())) == (KEY, 8192, 8192)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keyslots__0__kdf": argon2(memory=1 << 31)}, "not run"),
        ({"keyslots__0__kdf": argon2(time=1 << 31)}, "not run"),
        ({"keyslots__0__kdf": argon2(memory=1)}, "cannot be run"),
        ({"keyslots__0__kdf": argon2(salt="")}, "cannot be run"),
        ({"keyslots__0__kdf__iterations": 1 << 31}, "not run"),
        ({"keyslots__0__kdf__hash": "md4"}, "not run"),
        ({"keyslots__0__kdf__type": "scrypt", "keyslots__0__kdf__time": 1, "keyslots__0__kdf__memory": 1,
          "keyslots__0__kdf__cpus": 1}, "not run"),
        ({"keyslots__0__area__offset": str(1 << 39)}, "leave their area"),
        ({"keyslots__0__area__size": "100"}, "leave their area"),
        ({"keyslots__0__area__encryption": "serpent-xts-plain64"}, "cannot be decrypted"),
        ({"keyslots__0__area__key_size": 48}, "does not fit"),
        ({"keyslots__0__af__hash": "whirlpool"}, "cannot be read"),
        ({"digests__0__iterations": 1 << 31}, "not run"),
        ({"digests__0__hash": "md4"}, "cannot be checked"),
        ({"segments__0__encryption": "twofish-xts-plain64"}, "cannot be decrypted"),
        ({"segments__0__sector_size": 1 << 20}, "not allowed"),
        ({"segments__0__encryption": "aes-ecb"}, "does not fit"),
        ({"segments__0__offset": str(1 << 61)}, "not between its ends"),
        ({"segments": {}}, "wanted an encrypted segment"),
    ],
)  # fmt: skip
def test_hostile_or_unknown_parameters_are_refused_at_once(change, message):
    started = time.perf_counter()
    with pytest.raises(MaterialError, match=message):
        open_volume(acquire(crafted(**change)), 0, "secret")
    assert time.perf_counter() - started < 5.0


def test_many_dear_slots_are_refused_together_at_once():
    slot = copy.deepcopy(samples.METADATA["keyslots"]["0"])
    for kdf in (argon2(memory=1 << 20, time=4), {"type": "pbkdf2", "hash": "sha256", "iterations": 10_000_000}):
        dear = slot | {"kdf": kdf | {"salt": samples.SALT}}
        change = {"keyslots": {str(number): dear for number in range(5)}, "digests__0__keyslots": list("01234")}
        started = time.perf_counter()
        with pytest.raises(MaterialError, match="5 key slots cost"):
            open_volume(acquire(crafted(**change)), 0, "secret")
        assert time.perf_counter() - started < 5.0


def test_several_segments_follow_each_other_and_a_plain_one_is_read_as_it_is():
    data = bytearray(crafted(segments__0__size="4096"))
    second = samples.METADATA["segments"]["0"] | {"offset": str(40960 + 4096), "size": "4096", "iv_tweak": "8"}
    linear = {"type": "linear", "offset": str(40960), "size": "4096"}
    whole = open_volume(acquire(data), 0, "secret").master_key
    changed = {"segments": {"0": linear, "1": second}, "digests__0__segments": ["1"]}
    volume = open_volume(acquire(crafted(**changed)), 0, "secret")
    sealed = volume.image.read(40960, 8192)
    plain = Cipher(algorithms.AES(whole), modes.XTS((8).to_bytes(16, "little"))).decryptor().update(sealed[4096:])
    assert volume.read_all() == sealed[:4096] + plain == volume.read_written()
    assert (volume.payload.offset, volume.payload.size) == (40960, 8192)


def test_a_segment_of_another_key_is_not_opened_in_silence():
    second = samples.METADATA["segments"]["0"] | {"offset": str(40960 + 4096)}
    first = second | {"offset": str(40960), "size": "4096"}
    with pytest.raises(MaterialError, match=r"opens segments \[0\], but not \[1\]"):
        open_volume(acquire(crafted(segments={"0": first, "1": second})), 0, "secret")


def test_an_authenticated_volume_is_unlocked_and_its_layout_refused():
    change = {"segments__0__integrity": {"type": "aead"}}
    image = acquire(crafted(**change))
    assert unlock(image, read_header(image, 0), "secret")[0].master_key == KEY
    with pytest.raises(MaterialError, match="authenticated by aead"):
        open_volume(image, 0, "secret")


def test_segment_end_is_kept():
    assert len(open_volume(acquire(crafted(segments__0__size="4096")), 0, "secret").read_all()) == 4096


def test_digest_that_names_no_slot_opens_nothing():
    with pytest.raises(PassphraseRefused):
        open_volume(acquire(crafted(digests__0__keyslots=[])), 0, "secret")


def test_damaged_key_slot_opens_nothing():
    data = bytearray(crafted())
    data[2 * samples.SIZE + 3] ^= 1
    with pytest.raises(PassphraseRefused):
        open_volume(acquire(data), 0, "secret")


@settings(max_examples=60, deadline=None)
@given(st.integers(4096, 6000), st.binary(min_size=1, max_size=20))
def test_any_metadata_opens_or_gives_one_clear_error(at, patch):
    area = bytearray(crafted())
    area[at : at + len(patch)] = patch
    text = bytes(area[4096 : samples.SIZE]).split(b"\0")[0][:12288]
    data = samples.header(text) + bytes(area[2 * samples.SIZE :])
    try:
        open_volume(acquire(data), 0, "secret")
    except MaterialError as error:
        assert len(str(error)) < 500


def test_merge_of_one_stripe_is_the_stripe():
    assert merge(KEY, 64, "sha256") == KEY
