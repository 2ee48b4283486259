import pytest

from harness.drone.recorder import Medium, Recorder, RecorderConfig
from harness.errors import UsageError, VehicleError
from harness.storage import (
    CanarySet,
    CoordinateCanary,
    Secret,
    TextCanary,
    acquire,
    judge_volume,
    open_volume,
    recover,
    scan,
)

SPOKEN = TextCanary.random("spoken")
SCENE = TextCanary("scene", "the hidden bridge at noon")
PLACE = CoordinateCanary("place", 35.6762, 139.6503)
CANARIES = CanarySet(texts=(SPOKEN, SCENE), coordinates=(PLACE,))
VOLUME_AT = 1 << 20


def fly(recorder, lines=120):
    for number in range(lines):
        text = SPOKEN.text if number == 7 else ""
        recorder.log(number * 0.1, PLACE.latitude + number * 1e-6, PLACE.longitude, 50.0, text)
    recorder.take_photo(5.0, PLACE.latitude, PLACE.longitude, 50.0, SCENE.text)


def record(config):
    recorder = Recorder(config, Medium())
    recorder.power_on()
    fly(recorder)
    recorder.power_off()
    return recorder


def examine(config):
    """Scan of the raw medium, scan by the authorised route, and the findings against the approved set."""
    recorder = record(config)
    image = acquire(recorder.medium.image())
    findings, keys = [], ()
    if recorder.credential:
        volume = open_volume(image, VOLUME_AT, recorder.credential)
        findings = judge_volume(volume.header, master_key=volume.master_key)
        keys = (Secret(name="volume key", value=volume.master_key),)
        keys += (Secret(name="passphrase", value=recorder.credential.encode()),)
    raw = scan(image, CANARIES, keys)
    return raw, recover(image, CANARIES, recorder.credential), {finding.kind for finding in findings}


@pytest.fixture(scope="module")
def healthy():
    return examine(RecorderConfig())


def test_healthy_medium_yields_nothing(healthy):
    raw, _, findings = healthy
    assert (raw.hits, raw.repeated.count, findings, raw.coverage) == ((), 0, set(), 1.0)
    assert raw.complete and {area.state for area in raw.areas} == {"empty", "luks2"}


def test_authorised_route_recovers_every_canary_of_that_image(healthy):
    raw, recovered, _ = healthy
    assert recovered.missing(CANARIES) == ()
    assert raw.missing(CANARIES) == CANARIES.names


def counts(raw):
    return {kind for kind in ("canary", "coordinate", "signature", "key") if raw.count(kind)}


@pytest.mark.parametrize(
    ("defect", "hits", "repeats", "findings"),
    [
        ({"encryption": "none"}, {"canary", "coordinate", "signature"}, True, set()),
        ({"encryption": "jpeg-only"}, {"canary", "coordinate", "signature"}, None, set()),
        ({"cipher": "aes-ecb"}, set(), True, {"ecb", "weak-kdf"}),
        ({"cipher": "aes-xts equal halves"}, set(), False, {"equal-xts-keys", "weak-kdf"}),
        ({"plaintext_log_partition": True}, {"canary", "coordinate", "signature"}, None, {"weak-kdf"}),
        ({"key_beside_data": True}, {"key"}, None, {"weak-kdf"}),
        ({}, set(), False, {"weak-kdf"}),
    ],
    ids=lambda value: next(iter(value), "weak_kdf") if isinstance(value, dict) else None,
)
def test_each_defect_is_caught_by_its_check_and_still_recovered(defect, hits, repeats, findings):
    # The weak key derivation is a defect of its own; here it also saves the second that the sound one costs.
    raw, recovered, found = examine(RecorderConfig(weak_kdf=True, **defect))
    assert (counts(raw), found) == (hits, findings)
    assert repeats is None or (raw.repeated.count > 0) is repeats
    assert recovered.missing(CANARIES) == ()


def test_key_beside_data_is_named_and_not_repeated_in_the_report():
    config = RecorderConfig(key_beside_data=True, weak_kdf=True)
    recorder = record(config)
    image = acquire(recorder.medium.image())
    volume = open_volume(image, VOLUME_AT, recorder.credential)
    keys = (Secret(name="master", value=volume.master_key), Secret(name="pass", value=recorder.credential.encode()))
    report = scan(image, CanarySet(), keys)
    assert {hit.name for hit in report.hits} == {"master", "master first half", "master second half", "pass"}
    assert all("**" in hit.context for hit in report.hits)
    carried = str(report.to_json())
    assert volume.master_key.hex()[:16].encode().hex() not in carried
    assert recorder.credential[:8].encode().hex() not in carried


def test_jpeg_only_store_is_as_random_as_ciphertext_yet_readable():
    recorder = Recorder(RecorderConfig(encryption="jpeg-only"), Medium())
    recorder.power_on()
    for _ in range(8):
        recorder.take_photo(5.0, PLACE.latitude, PLACE.longitude, 50.0, SCENE.text)
    recorder.power_off()
    report = scan(acquire(recorder.medium.image()), CANARIES)
    assert max(report.statistics.entropy) > 7.7
    assert report.count("signature", "jpeg") == 8


def test_records_go_on_over_reboots_without_a_new_provisioning():
    recorder = record(RecorderConfig(weak_kdf=True))
    credential = recorder.credential
    recorder.power_on()
    recorder.log_in(recorder.code, 0.0)
    fly(recorder)
    recorder.power_off()
    volume = open_volume(acquire(recorder.medium.image()), VOLUME_AT, credential)
    plaintext = volume.read_all()
    assert recorder.credential == credential
    assert b"IMG_0001JPG" in plaintext and b"IMG_0002JPG" in plaintext
    assert plaintext.count(SPOKEN.text.encode()) == 2


def test_another_recorder_needs_the_credential():
    first = record(RecorderConfig(weak_kdf=True))
    medium = Medium(contents=first.medium.image())
    second = Recorder(RecorderConfig(weak_kdf=True), medium)
    with pytest.raises(VehicleError, match="refuses the credential"):
        second.power_on("guess")
    assert not second.powered
    second.power_on(first.credential)
    assert second.powered


def test_power_cut_loses_what_was_not_written_and_leaves_no_plaintext():
    recorder = Recorder(RecorderConfig(weak_kdf=True), Medium())
    recorder.power_on()
    for number in range(200):
        recorder.log(number * 0.1, PLACE.latitude, PLACE.longitude, 50.0, f"entry {number:03d}")
    recorder.power_cut()
    image = acquire(recorder.medium.image())
    plaintext = open_volume(image, VOLUME_AT, recorder.credential).read_all()
    assert b"entry 100" in plaintext and b"entry 199" not in plaintext
    assert b"entry" not in image.data
    recorder.power_on(recorder.credential)
    recorder.log(30.0, PLACE.latitude, PLACE.longitude, 50.0, "after the cut")
    recorder.power_off()
    plaintext = open_volume(acquire(recorder.medium.image()), VOLUME_AT, recorder.credential).read_all()
    assert b"after the cut" in plaintext and b"entry 199" not in plaintext


def test_nothing_is_recorded_without_power():
    recorder = Recorder(RecorderConfig(encryption="none"), Medium())
    with pytest.raises(VehicleError, match="no power"):
        recorder.log(0.0, 1.0, 1.0, 1.0)
    with pytest.raises(VehicleError, match="no power"):
        recorder.take_photo(0.0, 1.0, 1.0, 1.0, "scene")


def test_photo_names_count_up_and_long_scene_is_refused():
    recorder = Recorder(RecorderConfig(encryption="none"), Medium())
    recorder.power_on()
    recorder.power_on()
    assert [recorder.take_photo(0.0, 1.0, 1.0, 1.0, "x") for _ in range(2)] == ["IMG_0001.JPG", "IMG_0002.JPG"]
    with pytest.raises(UsageError):
        recorder.take_photo(0.0, 1.0, 1.0, 1.0, "x" * 99999)


def test_a_long_flight_is_recorded_to_its_end(monkeypatch):
    monkeypatch.setattr("harness.drone.recorder.recorder.photograph", lambda exposure, number: bytes(400_000))
    recorder = Recorder(RecorderConfig(weak_kdf=True), Medium(size=20 << 20))
    recorder.power_on()
    for number in range(100):
        recorder.take_photo(5.0 * number, PLACE.latitude, PLACE.longitude, 50.0, "test field")
        recorder.log(5.0 * number, PLACE.latitude, PLACE.longitude, 50.0, f"entry {number:03d}")
    recorder.power_off()
    plaintext = open_volume(acquire(recorder.medium.image()), VOLUME_AT, recorder.credential).read_all()
    assert recorder.problem == ""
    assert b"IMG_0100JPG" in plaintext and b"IMG_0001JPG" not in plaintext
    assert b"entry 000" in plaintext and b"entry 099" in plaintext


def test_a_recorder_that_cannot_write_says_so():
    recorder = Recorder(RecorderConfig(encryption="none"), Medium(size=20 << 20))
    recorder.power_on()
    recorder.take_photo(0.0, 1.0, 1.0, 1.0, "x")
    assert recorder.problem == ""
    with pytest.raises(VehicleError, match="medium is full"):
        recorder.log(0.0, 1.0, 1.0, 1.0, "x" * (20 << 20))
    assert "medium is full" in recorder.problem
    recorder.take_photo(1.0, 1.0, 1.0, 1.0, "x")
    assert recorder.problem == ""
    for _ in range(20):
        recorder._waiting += bytes(1 << 20)
    recorder.power_off()
    assert "medium is full" in recorder.problem and not recorder.powered


def test_two_articles_have_different_secrets_and_ciphertext():
    first, second = record(RecorderConfig(weak_kdf=True)), record(RecorderConfig(weak_kdf=True))
    assert first.credential != second.credential
    payload = slice(2 << 20, (2 << 20) + 4096)
    assert first.medium.image()[payload] != second.medium.image()[payload] != bytes(4096)


def test_its_own_files_are_read_back_with_what_waits_in_memory():
    recorder = Recorder(RecorderConfig(), Medium())
    with pytest.raises(VehicleError, match="no power"):
        recorder.file_sizes()
    recorder.power_on()
    fly(recorder)
    sizes = recorder.file_sizes()
    log = recorder.read_file("FLIGHT.LOG", 0, 99_999)
    assert len(log) == sizes["FLIGHT.LOG"] and log.count(b"\n") == 121 and log.endswith(b"}\n")
    pieces = b"".join(recorder.read_file("FLIGHT.LOG", at, 90) for at in range(0, len(log), 90))
    assert pieces == log and recorder.read_file("FLIGHT.LOG", len(log), 90) == b""
    assert recorder.read_file("IMG_0001.JPG", 0, 3) == b"\xff\xd8\xff"
    total, free = recorder.read_room()
    assert 0 < free < total
    recorder.erase_log()
    assert recorder.file_sizes() == {"FLIGHT.LOG": 0, "IMG_0001.JPG": sizes["IMG_0001.JPG"]}
    recorder.power_off()


# -- login, erasure and the state


def test_after_the_first_boot_nothing_is_given_or_taken_without_a_login():
    recorder = record(RecorderConfig(weak_kdf=True))
    recorder.power_on()
    assert recorder.locked
    for use in (recorder.file_sizes, recorder.read_room, recorder.erase_log, lambda: fly(recorder)):
        with pytest.raises(VehicleError, match="log in first"):
            use()
    with pytest.raises(VehicleError, match="refuses"):
        recorder.log_in("wrong", 0.0)
    recorder.log_in(recorder.code, 10.0)
    assert not recorder.locked and recorder.alarms == [] and "IMG_0001.JPG" in recorder.file_sizes()


def test_erasing_leaves_no_header_and_the_next_boot_provisions_anew():
    recorder = record(RecorderConfig(weak_kdf=True))
    code, credential = recorder.code, recorder.credential
    recorder.power_on()
    recorder.erase()
    recorder.power_off()
    assert b"LUKS\xba\xbe" not in recorder.medium.image()
    recorder.power_on()
    assert not recorder.locked and recorder.code != code and recorder.credential != credential


def test_encryption_can_be_switched_and_recordings_say_so():
    recorder = Recorder(RecorderConfig(weak_kdf=True), Medium())
    recorder.power_on()
    assert recorder.state == "encrypted, aes-xts-plain64"
    recorder.set_encryption(False, 1.0)
    fly(recorder)
    recorder.power_off()
    assert recorder.state == "not encrypted" and SCENE.text.encode() in recorder.medium.image()
    assert b"storage not encrypted" in recorder.medium.image()


def test_a_weak_second_slot_is_found_and_both_open():
    recorder = record(RecorderConfig(weak_slot=True))
    volume = open_volume(acquire(recorder.medium.image()), VOLUME_AT, recorder.credential)
    findings = judge_volume(volume.header, master_key=volume.master_key)
    assert {finding.kind for finding in findings} == {"weak-kdf"} and len(volume.header.keyslots) == 2
