import pytest
from fake_bench import QuietHall
from pynmeagps import NMEAReader

from harness.errors import RigError
from harness.instruments.twins import talkers
from harness.instruments.twins.talkers import Talker, sentence


class Port:
    def __init__(self, gone=False):
        self.sent, self._gone = [], gone

    def send(self, data):
        if self._gone:
            raise RigError("gone")
        self.sent.append(data)


def test_a_sentence_has_the_checksum_of_the_standard():
    assert sentence("WIMWV,045.0,R,12.34,M,A") == b"$WIMWV,045.0,R,12.34,M,A*25\r\n"


def test_wind_and_place_are_read_by_a_parser_that_is_not_ours():
    hall = QuietHall()
    hall.wind, hall.position = (12.34, 271.5), (100.0, -50.0, 12.5)
    wind = NMEAReader.parse(talkers.mwv(hall))
    assert (wind.speed, wind.angle, wind.reference, wind.status) == (12.34, 271.5, "R", "A")
    place = NMEAReader.parse(talkers.gga(hall, 4))
    assert (place.quality, place.alt) == (4, 52.5)
    assert (place.lat, place.lon) == pytest.approx((35.6762 + 100 / 110946, 139.6503 - 50 / 90517), abs=1e-6)
    assert talkers.csv(hall).decode().split(",")[1:] == ["100.0000", "-50.0000", "12.5000\n"]


def test_it_talks_to_all_who_came_and_bears_who_left():
    hall = QuietHall()
    talker = Talker(hall, 0.5, lambda: b"x")
    stays, gone, left = Port(), Port(gone=True), Port()
    for port in (gone, left, stays):
        talker.add(port)
    talker.forget(left)
    talker.forget(left)
    hall.world.schedule.run_due(10.0)
    assert len(stays.sent) > 10
    assert left.sent == []


@pytest.mark.parametrize(("fault", "said"), [("silent", []), ("garbling", [talkers.GARBAGE])])
def test_a_faulty_one_says_nothing_or_garbage(fault, said):
    hall = QuietHall()
    port = Port()
    Talker(hall, 0.5, lambda: b"x", fault).add(port)
    hall.world.schedule.run_due(hall.world.now() + 0.6)
    assert port.sent == said
