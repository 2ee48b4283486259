"""How the recorder stores; a defect is a change of this configuration."""

from dataclasses import dataclass
from typing import Literal

Encryption = Literal["luks2", "none", "jpeg-only"]
VolumeCipher = Literal["aes-xts-plain64", "aes-ecb", "aes-xts equal halves"]


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
    """

    encryption: Encryption = "luks2"
    cipher: VolumeCipher = "aes-xts-plain64"
    plaintext_log_partition: bool = False
    key_beside_data: bool = False
    weak_kdf: bool = False
