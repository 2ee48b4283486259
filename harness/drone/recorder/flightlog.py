"""Lines of the flight log: JSON, each with a code over itself and the line before, so that a change is noticed.

The code is HMAC-SHA256 (RFC 2104), cut to 8 bytes. Lines that are missing at the end are not noticed.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

CODE_BYTES = 8
_MARK = b', "mac": "'


class LogChain:
    """Writes lines and checks those that were written.

    Args:
        key: of the codes; None writes lines without one and checks nothing.
    """

    def __init__(self, key: bytes | None) -> None:
        self._key, self._last = key, b""

    def line(self, fields: Mapping[str, object]) -> bytes:
        """One line with its end."""
        body = json.dumps(fields, ensure_ascii=False).encode()[:-1]
        if self._key is None:
            return body + b"}\n"
        self._last = self._code(body)
        return body + _MARK + self._last + b'"}\n'

    def follow(self, data: bytes) -> bool:
        """Go on behind the lines of `data`; whether all of them are as they were written."""
        self._last = b""
        return self._key is None or all(self._holds(line) for line in data.splitlines())

    def restart(self) -> None:
        """The next line is the first."""
        self._last = b""

    def _holds(self, line: bytes) -> bool:
        body, _, rest = line.rpartition(_MARK)
        wanted = self._code(body)
        self._last = wanted
        return hmac.compare_digest(rest, wanted + b'"}')

    def _code(self, body: bytes) -> bytes:
        digest = hmac.new(self._key or b"", self._last + body, hashlib.sha256).digest()
        return digest[:CODE_BYTES].hex().encode()
