"""A pseudo-terminal that looks like the serial port of a telemetry radio."""

import os
import tty

from harness.link.streamport import StreamPort
from harness.timing import Inputs


def open_terminal(inputs: Inputs) -> tuple[StreamPort, str]:
    """A port, and the path of the device that a ground station opens. It has any speed it is set to.

    Ground stations may come and go: the device stays until the port is closed.

    Raises:
        OSError: the system has no terminal left.
    """
    ours, theirs = os.openpty()
    # echo and line editing would come back to the drone as bytes of a ground station
    tty.setraw(theirs)
    os.set_blocking(ours, False)

    def release() -> None:
        os.close(ours)
        os.close(theirs)

    # `theirs` stays open, or the system would end the stream whenever a ground station leaves
    return StreamPort(ours, inputs, release), os.ttyname(theirs)
