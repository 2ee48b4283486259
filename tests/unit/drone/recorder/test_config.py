import dataclasses

import pytest

from harness.drone.recorder.config import RecorderConfig


def test_as_shipped_encrypts_and_has_no_defect():
    config = RecorderConfig()
    assert (config.encryption, config.cipher) == ("luks2", "aes-xts-plain64")
    assert not (config.plaintext_log_partition or config.key_beside_data or config.weak_kdf)


def test_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RecorderConfig().weak_kdf = True  # type: ignore[misc]
