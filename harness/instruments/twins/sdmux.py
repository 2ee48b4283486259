"""``python -m harness.instruments.twins.sdmux DEVICE host|dut|off|get``: the maker's program, for the switch's twin.

As ``usbsdmux`` does, it tells the switch at DEVICE a word and prints what it answers, if anything.
"""

import os
import select
import sys

WITHIN = 5.0  # s
MOST = 256


def tell(device: str, word: str) -> str:
    """What the switch answers to a word.

    Raises:
        OSError: it cannot be opened, or does not answer in time.
    """
    file = os.open(device, os.O_RDWR | os.O_NOCTTY)
    try:
        os.write(file, f"{word}\n".encode())
        said = b""
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([file], [], [], WITHIN)
            if not ready:
                raise TimeoutError(f"no answer within {WITHIN:g} s")
            said += os.read(file, MOST)
        return said.decode("ascii", "replace").strip()
    finally:
        os.close(file)


def main() -> int:
    """Tell it; returns 0, or 1 when the switch does not answer or refuses."""
    if len(sys.argv) != 3:
        sys.stderr.write("usage: python -m harness.instruments.twins.sdmux DEVICE host|dut|off|get\n")
        return 2
    device, word = sys.argv[1:]
    try:
        said = tell(device, word)
    except OSError as error:
        sys.stderr.write(f"sdmux: {device}: {error}\n")
        return 1
    if said == "error":
        sys.stderr.write(f"sdmux: {word!r} is refused\n")
        return 1
    if word == "get":
        sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
