import json
import os
import shutil
import subprocess

import pytest

from harness.drone.recorder.luks import VolumeSettings, af_split, format_volume, new_volume_key, open_device, unlock
from harness.drone.recorder.medium import BLOCK, MEBIBYTE, Medium, Region
from harness.errors import VehicleError

CRYPTSETUP = shutil.which("cryptsetup", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
needs_cryptsetup = pytest.mark.skipif(CRYPTSETUP is None, reason="cryptsetup is not installed")
PASSPHRASE = "right horse"
SETTINGS = {
    "healthy": VolumeSettings(cipher="aes-xts-plain64", weak_kdf=False),
    "weak": VolumeSettings(cipher="aes-xts-plain64", weak_kdf=True),
    "ecb": VolumeSettings(cipher="aes-ecb", weak_kdf=True),
    "equal": VolumeSettings(cipher="aes-xts equal halves", weak_kdf=True),
}


def make(settings, size=3 * MEBIBYTE):
    medium = Medium(size=size)
    region = Region(medium, 0, size)
    key = format_volume(region, PASSPHRASE, settings)
    return medium, region, key


def cryptsetup(*arguments, passphrase=PASSPHRASE):
    return subprocess.run([CRYPTSETUP, *arguments], input=passphrase.encode(), capture_output=True, check=False)


@needs_cryptsetup
@pytest.mark.parametrize("name", SETTINGS)
def test_cryptsetup_accepts_header_and_passphrase(tmp_path, name):
    medium, _, _ = make(SETTINGS[name])
    path = tmp_path / "volume"
    path.write_bytes(medium.image())
    dump = cryptsetup("luksDump", "--dump-json-metadata", path)
    metadata = json.loads(dump.stdout)
    assert dump.returncode == 0
    wanted = "aes-ecb" if name == "ecb" else "aes-xts-plain64"
    assert (metadata["segments"]["0"]["encryption"], metadata["segments"]["0"]["sector_size"]) == (wanted, 4096)
    assert cryptsetup("open", "--test-passphrase", "--key-file", "-", path).returncode == 0


@needs_cryptsetup
def test_cryptsetup_refuses_a_wrong_passphrase(tmp_path):
    medium, _, _ = make(SETTINGS["weak"])
    path = tmp_path / "volume"
    path.write_bytes(medium.image())
    assert cryptsetup("open", "--test-passphrase", "--key-file", "-", path, passphrase="wrong").returncode == 2


@needs_cryptsetup
def test_cryptsetup_finds_the_second_header_when_the_first_is_gone(tmp_path):
    medium, _, _ = make(SETTINGS["weak"])
    medium.write(0, bytes(BLOCK))
    path = tmp_path / "volume"
    path.write_bytes(medium.image())
    assert cryptsetup("open", "--test-passphrase", "--key-file", "-", path).returncode == 0


@needs_cryptsetup
def test_cryptsetup_decrypts_to_what_was_written(tmp_path):
    medium, region, key = make(SETTINGS["weak"])
    written = os.urandom(2 * MEBIBYTE)
    open_device(region, key, "aes-xts-plain64").write(0, written)
    path = tmp_path / "volume"
    path.write_bytes(medium.image())
    done = cryptsetup(
        "reencrypt", "--decrypt", "--batch-mode", "--force-offline-reencrypt", "--header", tmp_path / "header",
        "--key-file", "-", path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert path.read_bytes()[: len(written)] == written


def test_healthy_slot_costs_what_rfc_9106_recommends_and_opens():
    medium, region, key = make(SETTINGS["healthy"])
    metadata = json.loads(medium.read(BLOCK, 3 * BLOCK).rstrip(b"\0"))
    kdf = metadata["keyslots"]["0"]["kdf"]
    assert (kdf["type"], kdf["time"], kdf["memory"], kdf["cpus"]) == ("argon2id", 3, 65536, 4)
    assert unlock(region, PASSPHRASE) == key


def test_unlock_refuses_another_passphrase():
    _, region, key = make(SETTINGS["weak"])
    assert unlock(region, PASSPHRASE) == key
    with pytest.raises(VehicleError, match="refuses the credential"):
        unlock(region, "wrong")


def test_losing_one_stripe_loses_the_key():
    medium, region, _ = make(SETTINGS["weak"])
    medium.write(32768 + 4096, bytes(512))
    with pytest.raises(VehicleError):
        unlock(region, PASSPHRASE)


def test_every_volume_has_its_own_secrets():
    assert make(SETTINGS["weak"])[2] != make(SETTINGS["weak"])[2]
    assert af_split(b"k" * 64) != af_split(b"k" * 64)
    equal = new_volume_key("aes-xts equal halves")
    assert equal[:32] == equal[32:] and len(new_volume_key("aes-ecb")) == 32


@pytest.mark.parametrize("cipher", ["aes-xts-plain64", "aes-ecb", "aes-xts equal halves"])
def test_device_reads_what_was_written_and_medium_holds_ciphertext(cipher):
    medium, region, key = make(VolumeSettings(cipher=cipher, weak_kdf=True))
    device = open_device(region, key, cipher)
    text = (b"readable " * 1000)[: 2 * BLOCK]
    device.write(3, text)
    assert device.read(3, 2) == text
    assert b"readable" not in medium.image()
    assert device.blocks == 2 * MEBIBYTE // BLOCK
