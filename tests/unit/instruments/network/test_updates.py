import pytest

from harness.errors import RigError
from harness.instruments.network.network import GatewayTap
from harness.judgement import Count


def tap(scene, fault=""):
    made = GatewayTap(scene.context(fault))
    scene.world.power_on()
    return made


def test_the_sound_updater_takes_the_released_one_only(scene):
    figures = tap(scene).try_updates()
    assert figures.accepted_bad_updates == Count(events=0, trials=7)
    assert figures.unrequested_updates == Count(events=0, trials=2)
    assert scene.log.controls[-1] == ("twin.installs", True)
    assert {name for name, _ in scene.log.controls} == {
        *("updates.bad", "update.offered", "update.fetched", "update.redirected", "update.called", "twin.installs")
    }


def test_what_should_not_be_installed_is_counted(damaged):
    figures = tap(damaged("any-update", "any-certificate")).try_updates()
    assert (figures.accepted_bad_updates.events, figures.unrequested_updates.events) == (4, 0)


def test_cuts_hit_updates_under_way_and_a_released_image_starts(scene):
    assert tap(scene).interrupt_updates(cuts=4, within=1.6) == Count(events=0, trials=4)
    assert ("cut.under_way", True) in scene.log.controls


def test_an_updater_that_writes_in_place_is_bricked(damaged):
    assert tap(damaged("single-slot")).interrupt_updates(cuts=4, within=1.6).events > 0


def test_cuts_that_come_after_the_update_show_nothing(scene):
    with pytest.raises(RigError, match=r"cut\.under_way failed"):
        tap(scene).interrupt_updates(cuts=1, within=60.0)


@pytest.mark.parametrize(("fault", "control"), [("mute", "update.offered"), ("undamaged", "updates.bad")])
def test_an_update_host_that_shows_nothing_is_found_out(scene, fault, control):
    bench = tap(scene, fault)
    with pytest.raises(RigError, match=f"{control.replace('.', '[.]')} failed"):
        bench.offer_bad_images()
