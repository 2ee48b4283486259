from harness.instruments.vehicle.mavlink import MavlinkVehicle


def told(scene):
    scene.world.power_on()
    return list(map(str, MavlinkVehicle(scene.context()).read_identifiers()))


def test_the_autopilot_tells_itself_over_the_radio_link(scene):
    assert told(scene) == ["mavlink 1209:4642", "mavlink uid 454d423030310001"]


def test_another_board_tells_another_product(damaged):
    assert told(damaged("swapped-autopilot"))[0] == "mavlink 1209:4699"
