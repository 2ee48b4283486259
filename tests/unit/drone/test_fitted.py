from harness.drone.fitted import FittedConfig


def test_every_part_tells_its_kind_and_value():
    told = FittedConfig(usb=("1209:0001",), can=(), certificates=("201-1",)).tell()
    assert told == (("usb", "1209:0001"), ("radio certificate", "201-1"))
    assert {kind for kind, _ in FittedConfig().tell()} == {"usb", "can", "radio certificate"}
