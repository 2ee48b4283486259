import pytest

from harness.storage.volumes.luks_fields import MOST_NAMED, strangers_in
from tests.unit.storage.volumes.test_luks import METADATA


def test_what_cryptsetup_writes_is_known():
    assert list(strangers_in(METADATA)) == []
    tokens = {"0": {"type": "systemd-tpm2", "keyslots": ["0"], "tpm2-blob": "AA==", "tpm2-pcrs": [7]}}
    assert list(strangers_in(METADATA | {"tokens": tokens})) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"notes": {"key": "c2VjcmV0"}}, "notes"),
        ({"config": METADATA["config"] | {"key": "c2VjcmV0"}}, "config.key"),
        ({"config": METADATA["config"] | {"requirements": {"mandatory": [], "k": ""}}}, "config.requirements.k"),
        ({"digests": {"0": METADATA["digests"]["0"] | {"hint": "a"}}}, "digests.0.hint"),
        ({"keyslots": {"0": METADATA["keyslots"]["0"] | {"kdf": {"pass": "a"}}}}, "keyslots.0.kdf.pass"),
        ({"tokens": {"0": {"type": "auto", "pass": "a"}}}, "tokens.0 of kind auto"),
        ({"tokens": {"0": {"type": "luks2-keyring", "key_description": "d", "pass": "a"}}}, "tokens.0.pass"),
    ],
)
def test_a_place_where_a_key_may_lie_is_told(change, told):
    assert list(strangers_in(METADATA | change)) == [told]


def test_many_are_named_up_to_a_bound_and_wrong_kinds_are_passed_over():
    assert len(list(strangers_in({f"field {number}": 0 for number in range(100)}))) == MOST_NAMED + 1
    assert list(strangers_in({"tokens": [], "config": 7, "keyslots": {"0": 1}, "digests": None})) == []
