import re
from dataclasses import replace

import pytest
from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, VehicleError, VehicleTimeout
from harness.instruments.radio.radio import CableRadio
from harness.instruments.story import Story
from harness.vehicle.codec import Identity
from harness.vehicle.corrupt import CorruptFrame


@pytest.fixture
def talking(scene):
    """The drone on the ground with a ground station on its link, whose heartbeats leave at whole seconds."""
    scene.world.power_on()
    scene.client = scene.pilot()
    scene.client.connect()
    return scene


def answers(scene):
    """Whether an order gets through and its answer back."""
    try:
        scene.client.version(within=2.0)
    except VehicleTimeout:
        return False
    return True


@pytest.mark.parametrize(("direction", "still_heard"), [("both", False), ("up", True), ("down", False)])
def test_a_cut_silences_its_directions_and_no_other_then_restores_them(talking, direction, still_heard):
    radio = CableRadio(talking.context())
    assert answers(talking)
    with radio.cut(direction, Story()):
        began = talking.world.now() + 0.1
        talking.run(3.0)
        assert (talking.client.telemetry.last_heard > began) is still_heard
        assert not answers(talking)
    assert talking.log.controls == [("link.cut", True)]
    assert answers(talking)


def test_a_cut_down_lets_orders_through(talking):
    telemetry, real = talking.client.telemetry, mavlink.MAV_PARAM_TYPE_REAL32
    target = (telemetry.system, telemetry.component)
    with CableRadio(talking.context()).cut("down", Story()):
        talking.client.send(mavlink.MAVLink_param_set_message(*target, b"FS_GCS_TIMEOUT", 9.0, real))
        talking.run(1.0)
    assert talking.client.read_parameter("FS_GCS_TIMEOUT") == 9.0


def test_the_last_frame_is_the_last_that_passed(talking):
    radio = CableRadio(talking.context())
    talking.run(3.3 - talking.world.now())
    with radio.cut("both", Story()) as cut:
        assert cut.last_frame == pytest.approx(3.0)
        talking.run(2.0)
    with radio.cut("both", Story()) as cut:
        # nothing has passed since
        assert cut.last_frame == pytest.approx(3.0)
        talking.run(2.0)


def test_a_cut_that_does_not_cut_is_found_out(talking):
    radio = CableRadio(talking.context("leaky"))
    with pytest.raises(RigError, match=r"link\.cut failed: .* reached the far side"), radio.cut("both", Story()):
        talking.run(3.0)
    assert talking.log.controls == [("link.cut", False)]


def test_a_cut_of_a_link_that_nobody_uses_shows_nothing(scene):
    with pytest.raises(RigError, match="0 pieces were offered"), CableRadio(scene.context()).cut("both", Story()):
        scene.run(3.0)
    assert scene.log.controls == [("link.cut", False)]


@pytest.mark.parametrize(("fault", "ok"), [("", True), ("leaky", False)])
def test_the_error_of_the_body_stays_the_one_that_is_raised(talking, fault, ok):
    error = VehicleTimeout("no reaction")
    with pytest.raises(VehicleTimeout) as caught, CableRadio(talking.context(fault)).cut("both", Story()):
        talking.run(3.0)
        raise error
    assert caught.value is error
    assert talking.log.controls == [("link.cut", ok)]
    notes = getattr(error, "__notes__", [])
    assert ["link.cut" in note for note in notes] == ([] if ok else [True])
    assert answers(talking)


def test_an_unknown_direction_is_refused(talking):
    radio = CableRadio(talking.context())
    with (
        pytest.raises(RigError, match=r"no direction 'sideways'; it knows both, up, down"),
        radio.cut("sideways", Story()),
    ):
        pass


def test_a_target_without_a_radio_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no radio link"):
        CableRadio(scene.context(sockets={"radio": None}))


# -- injection


def frames(count):
    return [CorruptFrame(kind="test", order="none", data=b"\xfd%d" % number) for number in range(count)]


def test_every_frame_is_injected_at_the_rate_and_seen(talking):
    passed = []
    radio = CableRadio(talking.context())
    talking.world.sockets.radio.up.append(lambda data, forward: passed.append((talking.world.now(), data)))
    start = talking.world.now()
    radio.inject(frames(5), rate=4.0)
    assert [(time, data) for time, data in passed if len(data) < 4] == [
        (start + number / 4.0, frame.data) for number, frame in enumerate(frames(5))
    ]
    assert talking.log.controls == [("injector.seen", True)]
    assert talking.world.now() == pytest.approx(start + 5 / 4.0 + 1.0)


@pytest.mark.parametrize("count", [1, 40])
def test_an_injection_that_injects_nothing_is_found_out_whatever_else_passes(talking, count):
    # at one frame a second the station's own heartbeats are as many
    with pytest.raises(RigError, match=rf"{count} damaged frames sent, 0 of them seen"):
        CableRadio(talking.context("muted")).inject(frames(count), rate=1.0 if count == 1 else 100.0)
    assert talking.log.controls == [("injector.seen", False)]


def test_one_lost_frame_is_found_out(talking):
    lost = frames(9)[4].data
    radio = CableRadio(talking.context())
    talking.world.sockets.radio.up.insert(0, lambda data, forward: None if data == lost else forward(data))
    with pytest.raises(RigError, match="9 damaged frames sent, 8 of them seen"):
        radio.inject(frames(9), rate=100.0)


def test_equal_frames_are_counted_each(talking):
    CableRadio(talking.context()).inject(frames(1) * 3, rate=100.0)
    with pytest.raises(RigError, match="2 damaged frames sent, 0 of them seen"):
        CableRadio(talking.context("muted")).inject(frames(1) * 2, rate=100.0)
    assert talking.log.controls == [("injector.seen", True), ("injector.seen", False)]


def test_an_error_at_once_leaves_the_cut_unproven_and_the_link_whole(talking):
    radio = CableRadio(talking.context())
    with pytest.raises(VehicleError, match="refused"), radio.cut("up", Story()):
        raise VehicleError("refused")
    assert talking.log.controls == [("link.cut", False)]
    assert answers(talking)


# -- the log of the link


def read_log(data, tmp_path):
    """What pymavlink reads from a log: type, sender and time since the world began."""
    path = tmp_path / "link.tlog"
    path.write_bytes(data)
    log = mavutil.mavlogfile(str(path))
    messages = []
    while (message := log.recv_match(blocking=False)) is not None:
        messages.append((message.get_type(), message.get_srcSystem(), message._timestamp - Identity().epoch))
    log.close()
    return messages


def test_the_link_is_in_evidence_as_pymavlink_reads_it_and_shows_the_cut(talking, tmp_path):
    radio = CableRadio(talking.context())
    talking.run(3.0)
    with radio.cut("up", Story()):
        began = talking.world.now()
        talking.run(4.0)
    (name, media_type, kind, data), recording = talking.log.exhibits
    assert recording[:3] == ("link flight recorder", "application/x-pcapng", "capture")
    assert (name, media_type, kind) == ("radio link", "application/x-mavlink-tlog", "capture")
    messages = read_log(data, tmp_path)
    assert {"BAD_DATA", "UNKNOWN"}.isdisjoint(kind for kind, _, _ in messages)
    beats = [(system, time) for kind, system, time in messages if kind == "HEARTBEAT"]
    assert max(time for system, time in beats if system == 255) <= began
    assert max(time for system, time in beats if system == 1) > began + 2.0
    assert talking.log.notes[-1:] == [f"radio link: {len(messages)} frames got through since power-on"]
    talking.world.power_off()


def test_damaged_frames_are_counted_beside_the_log_and_spoil_nothing_in_it(talking, tmp_path):
    radio = CableRadio(talking.context())
    bad = [replace(frame, data=b"\xfd\x09" + bytes(8)) for frame in frames(5)]
    radio.inject(bad, rate=5.0)
    messages = read_log(talking.log.exhibits[0][3], tmp_path)
    assert {system for _, system, _ in messages} == {1, 255}
    assert "BAD_DATA" not in {kind for kind, _, _ in messages}
    assert re.search(r"; 50 bytes of damaged ones are left out", talking.log.notes[-1])


def test_the_link_is_in_evidence_also_when_the_cut_did_not_cut(talking):
    with pytest.raises(RigError), CableRadio(talking.context("leaky")).cut("both", Story()):
        talking.run(3.0)
    assert len(talking.log.exhibits) == 2


def test_a_tape_that_was_full_says_so(talking):
    radio = CableRadio(talking.context())
    radio._tape.full_at = 12.34
    with radio.cut("both", Story()):
        talking.run(3.0)
    assert talking.log.notes[-1].endswith("; the tape was full at 12.3 s")


# -- the story of the flight


def test_a_cut_is_shaded_for_as_long_as_it_lasted(talking):
    story, radio = Story(), CableRadio(talking.context())
    start = talking.world.now()
    with radio.cut("up", story):
        talking.run(3.0)
    assert story.spans == [("link silent (up)", start, start + 3.0)]


def test_each_log_begins_where_the_last_ended(talking, tmp_path):
    radio = CableRadio(talking.context())
    for _ in range(2):
        talking.run(2.0)
        with radio.cut("both", Story()):
            talking.run(2.0)
    first, second = (read_log(exhibit[3], tmp_path) for exhibit in talking.log.exhibits if exhibit[0] == "radio link")
    assert max(time for *_, time in first) < min(time for *_, time in second)


# -- a closed socket


def test_a_closed_link_is_seen_as_closed_and_can_be_used_again(talking):
    story, radio, port = Story(), CableRadio(talking.context()), talking.world.sockets.radio.ground
    talking.client.stop_heartbeats()
    port.close()
    with radio.closed(story) as cut:
        assert cut.last_frame <= talking.world.now()
        talking.run(3.0)
    port.reopen()
    assert talking.log.controls == [("link.closed", True)]
    assert [name for name, _, _ in story.spans] == ["link closed"]
    assert answers(talking)


@pytest.mark.parametrize(("fault", "close"), [("", False), ("leaky", True)])
def test_a_link_that_is_open_is_not_called_closed(talking, fault, close):
    radio = CableRadio(talking.context(fault))
    if close:
        talking.client.stop_heartbeats()
        talking.world.sockets.radio.ground.close()
    with pytest.raises(RigError, match=r"link\.closed failed: the ground end was open"), radio.closed(Story()):
        talking.run(3.0)


def test_a_link_that_is_silent_and_open_is_not_called_closed(talking):
    radio = CableRadio(talking.context())
    for blackout in radio._blackouts.values():
        blackout.cut()
    with pytest.raises(RigError, match=r"the ground end was open, 0 pieces reached"), radio.closed(Story()):
        talking.run(1.0)


# -- impairments


def test_an_impairment_lasts_as_long_as_its_context_and_is_proven(talking):
    radio, story = CableRadio(talking.context()), Story()
    before = [list(line) for line in (talking.world.sockets.radio.up, talking.world.sockets.radio.down)]
    with radio.impaired({"delay": 0.2, "height": 3.0}, story) as traffic:
        talking.run(4.0)
    assert [list(line) for line in (talking.world.sockets.radio.up, talking.world.sockets.radio.down)] == before
    assert talking.log.controls == [("link.realised", True)]
    assert story.spans[0][0] == "link impaired"
    assert traffic["down"].delivered_share == 1.0
    late = [time for time, _ in traffic["down"].delivered.passed]
    assert late[0] == pytest.approx(traffic["down"].offered.passed[0][0] + 0.2)


def test_the_directions_lose_for_themselves_and_seeds_repeat(stage, unit):
    def lost(seed):
        scene = stage(unit, seed=1)
        scene.world.power_on()
        client = scene.pilot()
        client.connect()
        radio = CableRadio(scene.context(seed=seed))
        scene.world.schedule.every(0.1, client._beat, start=scene.world.now())
        with radio.impaired({"loss": 0.3}, Story()) as traffic:
            scene.run(10.0)
        came = {way: {data for _, data in each.delivered.passed} for way, each in traffic.items()}
        return {way: [data in came[way] for _, data in each.offered.passed] for way, each in traffic.items()}

    first = lost(1)
    assert first == lost(1)
    assert first["up"] != lost(2)["up"]
    assert first["up"] != first["down"][: len(first["up"])]


@pytest.mark.parametrize("row", [{"delay": 0.2}, {"loss": 0.5}])
def test_an_impairment_that_does_nothing_is_found_out(talking, row):
    with (
        pytest.raises(RigError, match=r"link\.realised failed"),
        CableRadio(talking.context("idle")).impaired(row, Story()),
    ):
        talking.run(30.0)
    assert talking.log.controls == [("link.realised", False)]


@pytest.mark.parametrize(("fault", "rate", "said"), [("", 1e7, "no frame had to wait"), ("idle", 900.0, "s were owed")])
def test_a_capped_rate_that_nobody_felt_is_found_out(talking, fault, rate, said):
    with (
        pytest.raises(RigError, match=rf"link\.realised failed.*{said}"),
        CableRadio(talking.context(fault)).impaired({"rate": rate}, Story()),
    ):
        talking.run(10.0)


def test_silences_are_those_that_the_far_side_heard(talking):
    radio = CableRadio(talking.context())
    talking.run(3.5 - talking.world.now())
    start = talking.world.now()
    with radio.cut("up", Story()):
        talking.run(2.0)
    talking.run(1.0)
    longest = max(each.duration for each in radio.read_silences(since=start))
    assert longest == pytest.approx(3.0)


def test_the_tolerance_is_the_declared_one(scene):
    assert CableRadio(scene.context()).declared_tolerance == pytest.approx(0.1)


@pytest.mark.parametrize(("declared", "wanted"), [(4.0, 6.0), (13.0, 14.0), (3600.0, 6.0)])
def test_a_silence_outlasts_what_the_article_declares(scene, declared, wanted):
    context = scene.context()
    link = context.declaration.link.model_copy(update={"loss_time": declared})
    declaration = context.declaration.model_copy(update={"link": link})
    assert CableRadio(replace(context, declaration=declaration)).outlasting(6.0) == wanted
