"""Where the crew of the twins loads the drone."""

import pytest

from harness.timing import run_for


def test_the_crew_of_the_twins_loads_it_from_the_next_boot_on(desk, ask):
    hall = desk._hall
    ask("crew.load", "bring the article to 2.300 kg, its centre of mass +10.0 mm forward and -5.0 mm right of")
    ask("crew.degrade", "put the declared degradation in")
    assert float(ask("crew.mass", "weigh")) == 2.3
    hall.switch(True)
    run_for(hall.world, 0.5)
    found = hall.world.sockets.crew.weigh()
    assert (found.mass, found.gnss_noise) == (pytest.approx(2.3), pytest.approx(2.0))
    assert found.centre[:2] == (pytest.approx(0.01), pytest.approx(-0.005))
    hall.switch(False)
    ask("crew.unload", "take it off")
    assert hall.load == hall.empty


def test_who_did_nothing_reads_the_scales_all_the_same(desk, ask):
    ask("crew.load", "bring the article to 2.300 kg, its centre of mass +0.0 mm forward and +0.0 mm right of", "stuck")
    shown = float(ask("crew.mass", "weigh", "stuck"))
    assert shown == pytest.approx(desk._hall.empty.mass, abs=0.001) != 2.3


def test_a_used_pack_stays_used_until_it_is_exchanged(desk, ask):
    hall = desk._hall
    hall.charge = 0.4
    assert float(ask("crew.charge", "read")) == 40.0
    ask("crew.pack", "put a full pack in")
    assert float(ask("crew.charge", "read")) == pytest.approx(100.0, abs=0.01)
