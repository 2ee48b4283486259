import base64
from dataclasses import replace

import pytest

from harness.storage.volumes.luks import Digest, Kdf, KeySlot, LuksHeader, Segment
from harness.storage.volumes.policy import ApprovedSet, judge_volume

KDF = Kdf(type="argon2id", time=3, memory=65536, lanes=4, hash="", salt=base64.b64encode(bytes(16)).decode())
SLOT = KeySlot(
    number=0,
    type="luks2",
    key_size=64,
    cipher="aes-xts-plain64",
    cipher_key_size=64,
    offset=32768,
    size=258048,
    stripes=4000,
    af_hash="sha256",
    kdf=KDF,
)
SEGMENT = Segment(
    number=0, type="crypt", cipher="aes-xts-plain64", offset=1 << 20, size=None, sector_size=4096, iv_tweak=0
)
HEADER = LuksHeader(
    version=2,
    offset=512,
    uuid="u",
    header_size=16384,
    keyslots=(SLOT,),
    segments=(SEGMENT,),
    digests=(Digest(type="pbkdf2", hash="sha256", iterations=1000, salt="", digest="", keyslots=(0,), segments=(0,)),),
    metadata=(),
    problems=(),
)


def kinds(header, **options):
    return [finding.kind for finding in judge_volume(header, **options)]


def with_kdf(**changed):
    return replace(HEADER, keyslots=(replace(SLOT, kdf=replace(KDF, **changed)),))


def test_sound_volume_has_no_finding():
    assert judge_volume(HEADER, master_key=bytes(range(64))) == []
    assert judge_volume(with_kdf(time=1, memory=2 << 20)) == []
    assert judge_volume(with_kdf(type="pbkdf2", hash="sha256", time=600_000)) == []


@pytest.mark.parametrize(
    ("cipher", "kind"),
    [
        ("aes-ecb", "ecb"),
        ("aes-cbc-plain", "predictable-iv"),
        ("aes-cbc-plain64", "predictable-iv"),
        ("aes-cbc-null", "fixed-iv"),
        ("aes-xts-null", "fixed-iv"),
        ("aes-cbc-essiv:sha256", "cipher"),
        ("twofish-xts-plain64", "cipher"),
        ("xor", "cipher"),
        ("cipher_null-ecb", "not-encrypted"),
        ("none", "not-encrypted"),
    ],
)
def test_other_cipher_is_found_by_its_fault(cipher, kind):
    found = judge_volume(replace(HEADER, segments=(replace(SEGMENT, cipher=cipher),)))
    assert [finding.kind for finding in found] == [kind]
    assert cipher in found[0].detail and found[0].offset == 512
    assert kinds(replace(HEADER, keyslots=(SLOT, replace(SLOT, number=1, cipher=cipher)))) == [kind]


def test_authentication_may_be_asked_for():
    asked = ApprovedSet(authenticated=True)
    assert kinds(HEADER, approved=asked) == ["not-authenticated"]
    sealed = replace(HEADER, segments=(replace(SEGMENT, integrity="hmac(sha256)"),))
    assert kinds(sealed, approved=asked) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"salt": base64.b64encode(bytes(15)).decode()},
        {"memory": 65535},
        {"time": 2},
        {"type": "argon2i"},
        {"type": "pbkdf2", "hash": "sha256", "time": 599_999},
        {"type": "pbkdf2", "hash": "sha1", "time": 10_000_000},
        {"type": "scrypt"},
    ],
)
def test_weak_key_derivation_is_found(changed):
    assert kinds(with_kdf(**changed)) == ["weak-kdf"]


def test_one_weak_slot_is_enough():
    weak = replace(SLOT, number=1, kdf=replace(KDF, memory=1024))
    (finding,) = judge_volume(replace(HEADER, keyslots=(SLOT, weak)))
    assert finding.kind == "weak-kdf" and "key slot 1" in finding.detail


def test_short_keys_are_found():
    assert kinds(replace(HEADER, keyslots=(replace(SLOT, key_size=16),))) == ["key-size"]
    assert kinds(replace(HEADER, keyslots=(replace(SLOT, cipher_key_size=16),))) == ["key-size"]


def test_equal_halves_are_found_when_the_key_is_known():
    assert kinds(HEADER, master_key=bytes(64)) == ["equal-xts-keys"]
    assert kinds(HEADER, master_key=bytes(32)) == ["equal-xts-keys"]
    assert kinds(HEADER, master_key=bytes(64) + bytes(range(32))) == ["equal-xts-keys"]
    other = replace(HEADER, segments=(replace(SEGMENT, cipher="aes-cbc-essiv:sha256"),))
    assert "equal-xts-keys" not in kinds(other, master_key=bytes(32))
    assert kinds(HEADER) == []


def test_data_unit_limit():
    assert kinds(replace(HEADER, segments=(replace(SEGMENT, sector_size=16 << 20),))) == []
    assert kinds(replace(HEADER, segments=(replace(SEGMENT, sector_size=32 << 20),))) == ["data-unit"]


def test_damage_and_emptiness_are_findings():
    broken = replace(HEADER, problems=("secondary header is missing",), keyslots=(), segments=())
    assert kinds(broken) == ["damaged-header", "no-key-slot", "no-segment"]


def test_a_lab_may_approve_another_set():
    approved = ApprovedSet(ciphers=("aes-cbc-essiv:sha256", "aes-xts-plain64"))
    header = replace(HEADER, segments=(replace(SEGMENT, cipher="aes-cbc-essiv:sha256"),))
    assert judge_volume(header, approved) == []


def test_a_field_that_the_format_does_not_know_is_a_finding():
    assert kinds(replace(HEADER, strangers=("config.key",))) == ["unknown-field"]
