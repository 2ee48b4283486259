import gzip
import json
from dataclasses import replace

import pytest

from harness.errors import MaterialError, RigError, VehicleError
from harness.instruments.storage.storage import DumpReader
from harness.storage.image.image import acquire
from harness.storage.scan import scan
from harness.storage.search.canary import CanarySet
from harness.storage.volumes.policy import Finding
from harness.storage.volumes.volume import open_volume
from harness.targets.embedded.embedded import EmbeddedTarget


def record(scene, fault=""):
    """Fly before the camera with the canary in front of it, then read the medium; gives reader and image."""
    reader = DumpReader(scene.context(fault))
    with reader.showing_canaries(), scene.hovering() as vehicle:
        vehicle.linger(3.0)
    return reader, reader.acquire()


@pytest.fixture(scope="module")
def sealed(stage):
    """The sound drone after a recorded flight: scene, reader and image."""
    scene = stage(EmbeddedTarget())
    return scene, *record(scene)


@pytest.fixture(scope="module")
def readable(stage, unit):
    """A drone without encryption after a recorded flight."""
    scene = stage(unit)
    return scene, *record(scene)


# -- the sound drone


def test_nothing_can_be_read_from_the_sound_drone(sealed):
    scene, reader, image = sealed
    found = reader.search(image)
    assert (found.canary_hits, found.signature_hits, found.coordinate_hits, found.scanned_fraction) == (0, 0, 0, 1)
    volume = reader.examine(image)
    assert (volume.unapproved_parameters, volume.key_bits, volume.repeated_blocks) == (0, 512, 0)
    assert reader.search_keys(image) == 0
    assert scene.log.controls[0] == ("medium.complete", True)
    names = ["canary.recovered", "search.complete"]
    assert [name for name, _ in scene.log.controls[1:]] == [*names, *names, names[0], "search.sees_key", names[1]]
    assert all(ok for _, ok in scene.log.controls)
    exhibits = {name: (kind, data) for name, _, kind, data in scene.log.exhibits}
    assert gzip.decompress(exhibits["medium image (gzip)"][1]) == image.data
    assert json.loads(exhibits["scan report"][1])
    assert {kind for kind, _ in exhibits.values()} == {"image", "document"}
    assert scene.log.charts[0].title == "Entropy of the medium"


def test_reading_the_medium_takes_the_power_away(scene):
    scene.world.power_on()
    with pytest.raises(RigError, match="read from a powered-off unit"):
        scene.world.sockets.medium()
    image = DumpReader(scene.context()).acquire()
    assert image.size == scene.world.sockets.medium_size
    with pytest.raises(RigError, match="no power"):
        scene.truth()


# -- what must be found


def test_a_readable_medium_is_found(readable):
    scene, reader, image = readable
    found = reader.search(image)
    assert found.canary_hits > 0 and found.signature_hits > 0 and found.coordinate_hits > 0
    volume = reader.examine(image)
    assert (volume.unapproved_parameters, volume.key_bits) == (1, 0)
    assert "no encrypted volume on the medium" in scene.log.notes
    assert any("canary" in name for name, _ in scene.log.charts[0].events)


def test_a_key_beside_the_data_is_found(stage):
    reader, image = record(stage(EmbeddedTarget(defects=("key-beside-data",))))
    assert reader.search_keys(image) > 0


def test_a_volume_that_opens_to_anybody_is_found(sealed, monkeypatch):
    _, reader, image = sealed
    credential = reader._credential()
    asked = []

    def open_with_anything(image, offset, passphrase):
        asked.append(passphrase)
        return open_volume(image, offset, credential)

    monkeypatch.setattr("harness.instruments.storage.storage.open_volume", open_with_anything)
    assert reader.search_keys(image) == 1
    assert asked == [credential, ""]


def test_every_bad_parameter_counts(sealed, monkeypatch):
    scene, reader, image = sealed
    bad = [Finding(kind=kind, detail="not approved", offset=0) for kind in ("mode", "kdf")]
    judged = []
    monkeypatch.setattr(
        "harness.instruments.storage.storage.judge_volume", lambda header, master_key: judged.append(master_key) or bad
    )
    assert reader.examine(image).unapproved_parameters == 2
    assert [len(key) for key in judged] == [64]
    assert "kdf: not approved" in scene.log.notes


@pytest.mark.parametrize(("inside", "wanted"), [(True, 255), (False, 0)])
def test_repeated_blocks_count_inside_the_volume_only(sealed, inside, wanted):
    _, reader, image = sealed
    (volume,) = image.partitions
    data = bytearray(image.data)
    # at the end of the volume, which the flight has not filled, or in the gap before the first partition
    start = volume.offset + volume.size - 4096 if inside else 8192
    data[start : start + 4096] = bytes(range(16)) * 256
    assert reader.examine(acquire(bytes(data))).repeated_blocks == wanted


# -- controls


def test_a_canary_that_was_not_shown_is_missed(scene):
    reader, image = record(scene, "unplanted")
    for examine in (reader.search, reader.examine, reader.search_keys):
        scene.log.controls.clear()
        with pytest.raises(RigError, match=r"canary\.recovered failed: not recovered: scene text"):
            examine(image)
        assert scene.log.controls == [("canary.recovered", False)]


def test_a_flight_elsewhere_is_missed(scene):
    reader = DumpReader(scene.context(settings={"latitude": 52.1, "longitude": 13.4}))
    with reader.showing_canaries(), scene.hovering() as vehicle:
        vehicle.linger(3.0)
    with pytest.raises(RigError, match="not recovered: place of the flight"):
        reader.search(reader.acquire())


def test_a_lost_credential_is_not_an_empty_medium(sealed):
    scene, _, image = sealed
    lost = DumpReader(scene.context(sockets={"credential": lambda: "not the passphrase"}))
    with pytest.raises(RigError, match=r"canary\.recovered failed: the authorised route failed"):
        lost.search(image)
    assert scene.log.controls[-1] == ("canary.recovered", False)


def test_half_of_a_medium_is_found_out(scene):
    size = scene.world.sockets.medium_size
    with pytest.raises(RigError, match=rf"{size // 2} of {size} bytes were read"):
        DumpReader(scene.context("short")).acquire()
    assert scene.log.controls == [("medium.complete", False)]
    assert scene.log.exhibits == []


def test_an_empty_dump_is_refused(scene):
    with pytest.raises(MaterialError, match="empty"):
        DumpReader(scene.context(sockets={"medium": lambda: b""})).acquire()


def test_a_search_that_sees_no_key_is_found_out(scene):
    reader, image = record(scene, "blind")
    with pytest.raises(RigError, match=r"search\.sees_key failed: .* found 0 time"):
        reader.search_keys(image)
    assert scene.log.controls[-1] == ("search.sees_key", False)


def test_a_search_that_was_given_up_is_found_out(readable, monkeypatch):
    scene, reader, image = readable
    given_up = replace(scan(image, CanarySet()), cut_short=("coordinates",))
    monkeypatch.setattr("harness.instruments.storage.storage.scan", lambda *parts: given_up)
    with pytest.raises(RigError, match=r"search\.complete failed: coordinates"):
        reader.search(image)
    assert scene.log.controls[-1] == ("search.complete", False)


# -- the camera


def test_the_canary_goes_from_the_camera_also_after_an_error(scene):
    shown = []
    reader = DumpReader(scene.context(sockets={"scene": shown.append}))
    with pytest.raises(VehicleError, match="did not take off"), reader.showing_canaries():
        raise VehicleError("did not take off")
    assert len(shown) == 2
    assert shown[0].startswith("CANARY-") and shown[1] == "test field"


def test_every_case_has_a_canary_of_its_own(scene):
    shown = []
    for _ in range(2):
        with DumpReader(scene.context(sockets={"scene": shown.append})).showing_canaries():
            pass
    assert shown[0] != shown[2]


@pytest.mark.parametrize("socket", ["scene", "medium"])
def test_a_target_without_storage_needs_another_make(scene, socket):
    reader = DumpReader(scene.context(sockets={socket: None}))
    with pytest.raises(RigError, match="put another make into the role"):
        if socket == "medium":
            reader.acquire()
        else:
            reader.showing_canaries().__enter__()
