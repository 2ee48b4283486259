import hashlib
import json

from harness.drone.firmware import build_image
from harness.drone.firmware.register import half_tested_again, make_register, write_register


def test_the_released_image_was_tested_last():
    first, second = make_register()["runs"]
    assert second["hashes"]["image"] == hashlib.sha256(build_image()).hexdigest() != first["hashes"]["image"]
    assert first["date"] < second["date"]
    assert first["requirements"] == second["requirements"]


def test_an_edit_leaves_a_register():
    edited = json.loads(half_tested_again(write_register(make_register())))
    assert len(edited["runs"][1]["requirements"]) == 16
    assert edited["runs"][0] == make_register()["runs"][0]
