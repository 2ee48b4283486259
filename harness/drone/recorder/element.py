"""The secure element: keeps a secret that no medium gives up, and checks the operator's code."""

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Callable

from harness.drone.recorder.config import KeySource
from harness.errors import VehicleError

SECRET_BYTES = 32
MODEL = b"Embedded quadrotor"


class SecureElement:
    """Binds what unlocks the volume to this unit: without its secret the operator's code opens no copy of the medium.

    Attributes:
        serial: number given in the factory; no secret.
    """

    def __init__(self, guess_delay: float = 2.0) -> None:
        self.serial = secrets.token_hex(8)
        self._delay = guess_delay
        self._secret = secrets.token_bytes(SECRET_BYTES)
        self._verifier = b""
        self._free_at = 0.0

    def derive(self, purpose: str, *, code: str = "") -> bytes:
        """A key of 32 bytes for one purpose, from the secret and, where given, the operator's code."""
        return hmac.new(self._secret, f"{purpose}\0{code}".encode(), hashlib.sha256).digest()

    def passphrase(self, code: str) -> str:
        """What opens the volume, made of the secret and the operator's code."""
        return base64.urlsafe_b64encode(self.derive("volume", code=code)).decode().rstrip("=")

    def enrol(self, code: str) -> None:
        """Take `code` for the operator's from now on."""
        self._verifier = self.derive("code", code=code)

    def unlock(self, code: str, now: float) -> str:
        """The passphrase for the right code, at `now` s on the test clock.

        Raises:
            VehicleError: the code is wrong, or it is too early after a wrong one.
        """
        if now < self._free_at:
            raise VehicleError(f"login not evaluated: wait {self._free_at - now:.1f} s")
        if not hmac.compare_digest(self._verifier, self.derive("code", code=code)):
            self._free_at = now + self._delay
            raise VehicleError("the recorder refuses the credential: wrong login")
        return self.passphrase(code)

    def zeroise(self) -> None:
        """Destroy the secret and all that hangs on it, and make a new one."""
        self._secret, self._verifier = secrets.token_bytes(SECRET_BYTES), b""


def key_generator(source: KeySource, serial: str, now: float) -> Callable[[int], bytes]:
    """Gives so many bytes of key; all but "random" are defects."""
    if source == "random":
        return secrets.token_bytes
    if source == "clock":
        return random.Random(int(now)).randbytes
    seed = MODEL if source == "model" else serial.encode()
    return lambda count: hashlib.shake_256(seed).digest(count)
