"""What a unit is known by and what it keeps secret: made once, in the factory and at pairing."""

import hashlib
import secrets

MODEL = "Embedded quadrotor"
KEY_BYTES = 32
# of a defect: one key in every unit
_MODEL_KEY = hashlib.sha256(b"pairing of the whole model").digest()


def make_key(*, shared: bool = False) -> bytes:
    """A key of 32 bytes for one unit; `shared` gives every unit the same one, which is a defect."""
    return _MODEL_KEY if shared else secrets.token_bytes(KEY_BYTES)
