import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.nmea import MOST_GARBLED, NmeaPort, _parse, read_field
from harness.instruments.twins.talkers import sentence
from harness.timing import Wait, run_for, wait_until


@pytest.fixture
def port(real, terminal):
    took = []
    made = NmeaPort(real(device=terminal.device), "anemometer", took.append)
    yield made, took, terminal, real.world
    made.close()


def test_whole_sentences_are_taken_however_they_come(port):
    made, took, terminal, world = port
    text = sentence("WIMWV,045.0,R,12.34,M,A")
    for byte in text + text:
        terminal.write(bytes([byte]))
    wait_until(world, lambda: len(took) == 2, Wait(name="sentences", within=3.0))
    assert (took[0].msgID, took[0].speed, made.garbled) == ("MWV", 12.34, 0)


@pytest.mark.parametrize("line", [b"$WIMWV,045.0,R,12.34,M,A*00\r\n", b"hello\r\n", b"$WIMWV\xff*11\r\n", b"$*00\r\n"])
def test_what_is_damaged_is_counted_and_left_aside(port, line):
    made, took, terminal, world = port
    terminal.write(line + sentence("WIMWV,045.0,R,1.00,M,A"))
    wait_until(world, lambda: bool(took), Wait(name="a sentence", within=3.0))
    assert (len(took), made.garbled) == (1, 1)


def test_a_garbling_instrument_is_invalid_with_its_remedy(port):
    _, _, terminal, world = port
    terminal.write(b"\x80\x81garbage\n" * MOST_GARBLED)
    with pytest.raises(RigError, match=r"20 lines came that are no NMEA 0183: check the baud rate of the anemometer"):
        run_for(world, 1.0)


def test_a_pulled_cable_is_invalid(port):
    _, _, terminal, world = port
    terminal.pull()
    with pytest.raises(RigError, match="the cable of the anemometer was pulled; plug it in"):
        run_for(world, 1.0)


def test_a_target_in_virtual_time_cannot_use_it(scene):
    with pytest.raises(RigError, match="take a simulated make"):
        NmeaPort(scene.context(), "anemometer", print)


@given(data=st.binary(max_size=3000))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_borne(port, data):
    made, _, _, _ = port
    made._receive(data)
    assert len(made._rest) <= 1024


HOSTILE = ("PASHR,x", "GPGGA,1", "WIMWV,", "GPGGA,,,,,,,,,,,,,,", "GPGGA,1,9107.0,N,1.0,E,4,1,1,nan,M,1,M,,", "PUBX,")


@pytest.mark.parametrize("body", HOSTILE)
def test_sentences_with_a_right_checksum_and_odd_fields_are_borne(port, body):
    made, _, terminal, world = port
    terminal.write(sentence(body))
    wait_until(world, lambda: made.heard is not None or made.garbled > 0, Wait(name="a line", within=3.0))


@given(body=st.from_regex(r"[A-Z]{2}(GGA|MWV)(,[0-9A-Za-z.-]{0,6}){0,16}", fullmatch=True))
def test_no_field_breaks_who_reads_it(body):
    message = _parse(sentence(body).strip())
    if message is not None:
        for name in ("quality", "alt", "lat", "speed", "angle"):
            value = read_field(message, name)
            assert value is None or math.isfinite(value)
