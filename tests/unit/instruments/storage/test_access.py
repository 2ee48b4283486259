import pytest

from harness.errors import RigError


def test_a_sound_drone_serves_nothing_before_a_login(bench):
    scene, storage = bench()
    access = storage.ask_without_credential(guessing=9.0)
    assert (access.unauthenticated_accesses.events, access.unauthenticated_accesses.trials) == (0, 10)
    # one guess each 2 s
    assert access.guess_rate == pytest.approx(2000.0, rel=0.1)
    assert scene.log.controls == [("guess.pace", True), ("twin.opens", True)]


def test_a_drone_that_opens_by_itself_serves_everything(bench):
    _, storage = bench("opens-at-boot")
    assert storage.ask_without_credential(guessing=1.0).unauthenticated_accesses.events == 10


def test_guesses_that_nothing_slows_down_are_counted(bench):
    _, storage = bench("unlimited-guesses")
    assert storage.ask_without_credential(guessing=2.0).guess_rate == pytest.approx(36_000.0, rel=0.1)


def test_a_unit_without_a_recording_shows_nothing(bench):
    _, storage = bench(fault="unplanted")
    with pytest.raises(RigError, match=r"twin\.opens failed: after the login 10 of 10 requests were answered"):
        storage.ask_without_credential(guessing=1.0)


@pytest.mark.parametrize(
    ("defects", "readable", "failed"),
    [((), False, 0), (("plain-spool",), True, 0), (("header-in-memory",), False, 2)],
)
def test_what_power_pulls_leave(bench, defects, readable, failed):
    scene, storage = bench(*defects)
    left = storage.pull_power(times=2, longest=4.0)
    assert (left.canary_hits > 0) is readable
    assert (left.failed_mounts.events, left.failed_mounts.trials) == (failed, 2)
    assert ("pull.recording", True) in scene.log.controls


def test_pulls_of_a_short_dump_are_invalid(bench):
    _, storage = bench(fault="short")
    with pytest.raises(RigError, match=r"medium\.complete failed"):
        storage.pull_power(times=1, longest=1.0)
