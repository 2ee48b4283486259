"""The search of a capture: what it sees in the clear, and that random bytes show nothing."""

import random
import secrets

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.instruments.intruder.intruder import Heard, SecondRadio
from harness.instruments.intruder.listening import Readable, columns, examine, is_compressible, read_addresses
from harness.instruments.vehicle.mavlink import MavlinkVehicle
from harness.link.taping import Direction, Piece
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.vehicle.forging import pack

CANARIES = CanarySet(
    texts=(TextCanary("text", "CANARY-0123456789abcdef"),), coordinates=(CoordinateCanary("p", 35.6762, 139.6503),)
)
US = frozenset({(255, 190)})
NOTHING = Readable(protocol_hits=0, canary_hits=0, repeated_blocks=0, compressible_payloads=0)


def pieces(*datagrams):
    return [Piece(time=float(n), direction=Direction.DOWN, data=data) for n, data in enumerate(datagrams)]


def noise(count=200, size=150):
    generator = random.Random(5)
    return [generator.randbytes(size) for _ in range(count)]


def test_random_bytes_show_nothing():
    assert examine(pieces(*noise()), 0, CANARIES, US) == NOTHING


def test_a_header_may_count_and_repeat_and_the_payload_may_not():
    counted = [bytes(16) + n.to_bytes(4, "big") + data for n, data in enumerate(noise())]
    assert examine(pieces(*counted), 20, CANARIES, US) == NOTHING
    assert examine(pieces(*counted), 0, CANARIES, US).repeated_blocks == 199


def test_each_indicator_is_seen():
    place = mavlink.MAVLink_global_position_int_message(0, 356762000, 1396503000, 0, 0, 0, 0, 0, 0)
    found = examine(pieces(*noise(), pack(place, None), b"..CANARY-0123456789abcdef.."), 0, CANARIES, US)
    assert (found.protocol_hits, found.canary_hits) == (1, 2)
    # an address that is nobody's is chance
    assert examine(pieces(pack(place, None)), 0, CANARIES, frozenset()).protocol_hits == 0
    assert examine(pieces(*noise(), b"\0\0\0\1\x67"), 0, CANARIES, US).protocol_hits == 1
    assert examine(pieces(*noise(), *noise(1)), 0, CANARIES, US).repeated_blocks == 9
    assert examine(pieces(*noise(3), bytes(9000)), 0, CANARIES, US).compressible_payloads == 2


def test_a_key_stream_used_twice_shows_in_the_columns():
    key, texts = secrets.token_bytes(60), [b"%020d and so on and on, the same words" % n for n in range(300)]
    sealed = [bytes(a ^ b for a, b in zip(text, key, strict=False)) for text in texts]
    assert is_compressible(columns(sealed))
    fresh = [bytes(a ^ b for a, b in zip(text, secrets.token_bytes(60), strict=False)) for text in texts]
    assert not is_compressible(columns(fresh)) and not is_compressible(b"")


def test_addresses_are_those_of_whole_frames():
    assert read_addresses(pieces(pack(mavlink.MAVLink_ping_message(0, 0, 0, 0), None, system=7), b"noise")) == {
        (7, 190)
    }


def listened(scene, fault=""):
    scene.world.power_on()
    vehicle, intruder = (
        MavlinkVehicle(scene.context()),
        SecondRadio(scene.context(fault, settings={"parallel": 35.6762, "meridian": 139.6503})),
    )
    with intruder.listening() as heard:
        vehicle.make_ready()
        vehicle.tell(heard.canary.text)
        vehicle.linger(4.0)
    return heard


def test_the_drone_shows_nothing_in_the_air(scene):
    heard = listened(scene)
    # without the header's length its counter would repeat
    assert heard.found.protocol_hits == heard.found.canary_hits == 0
    assert scene.log.controls == [("search.sees_plain", True), ("capture.complete", True)]
    assert scene.log.exhibits[0][1] == "application/x-pcapng"


@pytest.mark.parametrize("defect", ["link-plaintext", "link-beacon"])
def test_a_readable_link_is_read(damaged, defect):
    found = listened(damaged(defect)).found
    assert found.protocol_hits > 10 and found.canary_hits > 10


def test_who_hears_nothing_says_so(scene):
    with pytest.raises(RigError, match=r"capture\.complete failed"):
        listened(scene, "deaf")


def test_there_is_no_finding_before_the_end():
    with pytest.raises(RigError, match="leave the context first"):
        assert Heard(canary=CANARIES.texts[0]).found
