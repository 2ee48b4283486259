from harness.instruments.storage.files import FileClient


def test_files_come_down_when_open_and_not_when_locked(bench):
    scene, storage = bench()
    unit = storage._unit
    vehicle = unit.connect()
    unit.take_photo(vehicle)
    client = FileClient(vehicle)
    assert client.ask_everything() == [True] * 5
    photo = client.read("photos/IMG_0001.JPG")
    assert photo[:3] == b"\xff\xd8\xff" and photo[-2:] == b"\xff\xd9" and unit.canary.encode() in photo
    assert client.read("photos/IMG_0002.JPG") == b""
    scene.world.power_off()
    client = FileClient(unit.connect())
    assert client.ask_everything() == [False] * 5
    assert client.read("photos/IMG_0001.JPG") == b""
