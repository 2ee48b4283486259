import pytest

from harness.errors import RigError
from harness.instruments.storage import sdmux
from harness.instruments.storage.sdmux import ARTICLE, HOST, SdMux

PROGRAM = """#!/bin/sh
# usbsdmux DEVICE WORD
[ "$1" = /dev/mux ] || { echo "usbsdmux: no such device: $1" >&2; exit 1; }
case "$2" in
get) cat "$0.side" ;;
host|dut) [ -e "$0.stuck" ] || echo "$2" > "$0.side" ;;
*) exit 2 ;;
esac
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "usb sd mux"
    path.write_text(PROGRAM)
    path.chmod(0o755)
    path.with_name("usb sd mux.side").write_text("off\n")
    return path


def mux(program, device="/dev/mux"):
    return SdMux(object(), f"'{program}'", device)


def test_the_card_goes_to_either_side(program):
    switch = mux(program)
    assert switch.identify() == "USB-SD-Mux /dev/mux, the card is at the off"
    for side in (HOST, ARTICLE):
        switch.switch(side)
        assert switch.identify().endswith(f"at the {side}")


def test_a_switch_that_is_stuck_is_found_out(program):
    program.with_name("usb sd mux.stuck").touch()
    with pytest.raises(RigError, match=r"given to 'host' and is at 'off': replace the switch"):
        mux(program).switch(HOST)


def test_a_switch_that_is_not_there_is_named_with_the_remedy(program):
    with pytest.raises(RigError, match=r"/dev/other: usbsdmux: no such device: /dev/other: is it plugged in"):
        mux(program, "/dev/other").identify()
    with pytest.raises(RigError, match=r"nowhere cannot be run .*: install the package usbsdmux"):
        SdMux(object(), "nowhere", "/dev/mux").identify()


def test_a_program_that_hangs_is_not_waited_for(program, monkeypatch):
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(sdmux, "ANSWER_WITHIN", 0.2)
    with pytest.raises(RigError, match=r"does not answer in 0\.2 s"):
        mux(program).identify()
