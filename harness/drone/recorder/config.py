"""How the recorder stores; a defect is a change of this configuration."""

from dataclasses import dataclass
from typing import Literal

Encryption = Literal["luks2", "none", "jpeg-only"]
VolumeCipher = Literal["aes-xts-plain64", "aes-ecb", "aes-xts equal halves"]
KeySource = Literal["random", "clock", "unit", "model"]
Erasure = Literal["keys", "format", "headers", "backup left"]


@dataclass(frozen=True, kw_only=True)
class RecorderConfig:
    """Storage settings of the embedded drone; the defaults are the article as shipped.

    Attributes:
        encryption: "luks2" is a FAT file system inside a LUKS2 volume; "none" is the same file system in the clear;
            "jpeg-only" stores photos and a compressed log one after another: high entropy, but no encryption.
        cipher: of the LUKS2 volume. The header names the cipher that is used; equal halves use one AES key for both
            halves of the XTS key.
        plaintext_log_partition: also keep the flight log in the clear, in a partition beside the volume.
        key_beside_data: leave passphrase and volume key readable in a partition of the same medium.
        weak_kdf: derive the key of the slot with PBKDF2 and 1000 iterations instead of Argon2id.
        weak_slot: a second slot, for the maker's service, opens the volume after 1000 iterations of PBKDF2.
        key_source: where volume keys come from: the system's generator, one seeded by the clock, the serial number of
            the unit, or one key in every unit of the model.
        encrypted_as_delivered: False leaves a fresh unit recording in the clear until somebody switches it on.
        opens_at_boot: keep the passphrase and open the volume without a login.
        guess_delay: time after a wrong login in which no other is evaluated, s.
        erasure: what the order to erase destroys: the secret of the unit, both headers and all key slots; only the
            partition table; the headers without the secret; or all of them but a copy of the header.
        header_in_memory: the header is taken off the medium while recording and written back on switching off.
        spool: log lines wait in a plain file of the companion until a block is full.
        thumbnails: a small copy of each photo stays in the companion's cache.
        swap: pages of the recorder are swapped out to a plain partition.
        passphrase_file: the passphrase lies in a settings file of the companion.
        station_cache: the ground station keeps the photos that it has shown.
        marked: recordings say under which state of encryption they were made.
        state_shown: telemetry tells the true state of encryption; False always tells that it is on.
        authenticated_log: each line of the flight log carries a code by which a change is noticed.
        serial_code: True is a defect: the operator's code is the end of the serial number.
        log_extra: what else a line of the flight log holds: nothing, the pilot's position or the pilot's name.
    """

    encryption: Encryption = "luks2"
    cipher: VolumeCipher = "aes-xts-plain64"
    plaintext_log_partition: bool = False
    key_beside_data: bool = False
    weak_kdf: bool = False
    weak_slot: bool = False
    key_source: KeySource = "random"
    encrypted_as_delivered: bool = True
    opens_at_boot: bool = False
    guess_delay: float = 2.0
    erasure: Erasure = "keys"
    header_in_memory: bool = False
    spool: bool = False
    thumbnails: bool = False
    swap: bool = False
    passphrase_file: bool = False
    station_cache: bool = False
    marked: bool = True
    state_shown: bool = True
    authenticated_log: bool = True
    serial_code: bool = False
    log_extra: Literal["", "pilot position", "pilot name"] = ""
