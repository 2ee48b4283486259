import time

import pytest

from harness.instruments.gateway import Authority
from harness.instruments.twins.hall import Hall
from harness.timing import LONGEST_GAP, run_for


@pytest.fixture(scope="module")
def hall():
    return Hall(seed=1)


class Port:
    def __init__(self):
        self.sent = []

    def listen(self, receiver):
        self.receive = receiver

    def send(self, data):
        self.sent.append(data)


def test_without_power_it_stands_and_says_nothing(hall):
    port = Port()
    hall.join("usb", port)
    run_for(hall.world, 2.0)
    assert (port.sent, hall.powered, hall.read_position()) == ([], False, (0.0, 0.0, 0.0))
    hall.blow(5.0, 90.0)
    assert hall.read_wind() == (5.0, 90.0)


def test_with_power_it_is_heard_and_feels_the_wind(hall):
    port = Port()
    hall.join("usb", port)
    hall.blow(8.0, 270.0)
    hall.switch(True)
    run_for(hall.world, 2.0)
    assert port.sent
    assert hall.read_wind() == pytest.approx((8.0, 270.0))
    hall.switch(False)
    before = len(port.sent)
    run_for(hall.world, 1.0)
    assert len(port.sent) == before


def test_a_boot_is_short_enough_for_the_clock_of_a_bench(hall):
    fresh = Hall(seed=2)
    fresh.switch(True)
    began = time.process_time()
    run_for(fresh.world, 0.3)
    assert time.process_time() - began < LONGEST_GAP
    fresh.switch(False)


def test_an_attenuation_weakens_the_radio(hall):
    hall.attenuate(30.0)
    assert hall.world.sockets.signal.read_level() == -90.0
    hall.connector = 3.0
    hall.attenuate(30.0)
    assert hall.world.sockets.signal.read_level() == -93.0
    hall.connector = 0.0
    hall.attenuate(0.0)
    assert len(hall.radio_key) == 32 and len(hall.home) == 3


def test_what_was_installed_in_it_is_trusted_from_its_next_boot_on(tmp_path):
    path = tmp_path / "trust.pem"
    fresh = Hall(seed=3, trust=path)
    for text in ("", Authority().trust_root):
        if text:
            path.write_text(text)
        fresh.switch(True)
        run_for(fresh.world, 0.3)
        assert fresh.world._trust_root == text
        fresh.switch(False)
