"""Generators set by hand: heartbeats that the observer alone hears show the loss, a receiver that of the satellites."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.instruments import attendant
from harness.instruments.operator import Operator
from harness.instruments.radio.jammer import Jamming
from harness.instruments.radio.jammer_operator import OperatorJammer
from harness.instruments.truth.tracker import Fix
from harness.timing import Wait, run_for, wait_until

BEAT = mavlink.MAVLink_heartbeat_message(2, 3, 0, 0, 4, 3).pack(mavlink.MAVLink(None, 1, 1))

LEVEL = mavlink.MAVLink_attitude_message(0, 0, 0, 0, 0, 0, 0).pack(mavlink.MAVLink(None, 1, 1))


class Receiver:
    there = True

    def hears(self):
        return self.there


class Tracker:
    def read(self):
        return Fix(time=0.0, north=0.0, east=0.0, up=2.0)


@pytest.fixture
def jammer(real, monkeypatch):
    """Makes a jammer whose operator moves the world from `borne` dB on, or never does; the receiver beside it."""

    def make(borne=12.0, deaf=True, lies=False):
        world, receiver, state = real.world, Receiver(), {"jammed": False}

        class Hands(Operator):
            def ask(self, key, question, **options):
                if not lies:
                    level = float(question.partition(" at ")[2].partition(" dB")[0]) if "dB" in question else None
                    state["jammed"] = level is not None and level > borne
                    receiver.there = key != "jammer.both" or not deaf
                self._answers = {key: "done"}
                return super().ask(key, question, **options)

        def beat():
            world.hearing["observer"](BEAT + LEVEL, lambda data: None)
            if not state["jammed"]:
                world.hearing["radio"](BEAT, lambda data: None)

        monkeypatch.setattr(attendant, "Operator", Hands)
        monkeypatch.setattr(OperatorJammer, "dwell", 1.2)
        world.schedule.every(0.1, beat, start=world.now())
        wait_until(world, lambda: world.witness.attitude is not None, Wait(name="an attitude", within=2.0))
        context = real(devices={"gnss": receiver, "tracker": Tracker()})
        return OperatorJammer(context), receiver

    return make


def test_the_last_step_that_the_link_bore_is_told_with_its_step(jammer, real):
    made, _ = jammer(borne=-12.0)
    borne = made.raise_to_loss()
    assert (borne.value, real.log.controls[-1]) == (-15.0, ("jamming.realised", True))
    asked = [note.partition(": ")[2] for note in real.log.notes]
    assert asked[0].startswith("interfere in the band of the link at -15 dB over its signal")
    assert asked[-1].startswith("switch all interference off") and len(asked) == 3
    made.close()
    assert len(real.log.notes) == 3


def test_a_link_that_loses_by_itself_is_not_the_articles(jammer, real):
    made, _ = jammer(borne=-12.0)
    real.world.schedule.every(0.1, lambda: setattr(made._signal, "lost", made._signal.lost + 1), start=0.0)
    with pytest.raises(RigError, match=r"jamming\.quiet failed: \d+ pieces were lost before anything interfered"):
        made.raise_to_loss()


def test_the_containment_volume_is_about_home_wherever_the_loss_was(jammer, real):
    made, _ = jammer()
    place = SimpleNamespace(motion=SimpleNamespace(north=50.0, east=0.0))
    made._context = replace(made._context, sockets=replace(made._context.sockets, truth=lambda: place))
    watched = Jamming(made._context)
    radius = made._context.declaration.envelope.containment_radius
    place.motion.north = radius - 1.0
    watched.look()
    assert watched.flown_away.events == 0
    place.motion.north = radius + 1.0
    watched.look()
    assert (watched.flown_away.events, watched.excursion.value) == (1, pytest.approx(radius - 49.0))
    place.motion.north = math.nan
    with pytest.raises(RigError, match="the truth gives no place"):
        watched.look()


def test_link_and_satellites_are_taken_by_one_request(jammer, real):
    made, receiver = jammer()
    with made.jamming() as jamming:
        assert not receiver.there
        run_for(real.world, 1.5)
    assert receiver.there and real.log.controls[-1] == ("jamming.realised", True)
    assert jamming.excursion.value == 0.0


@pytest.mark.parametrize(("options", "said"), [({"deaf": False}, "satellites there"), ({"lies": True}, "0 pieces of")])
def test_an_operator_who_takes_nothing_away_is_found_out(jammer, real, options, said):
    made, _ = jammer(**options)
    with pytest.raises(RigError, match=rf"jamming\.realised failed: .*{said}"), made.jamming():
        run_for(real.world, 1.5)


def test_it_needs_a_receiver_and_a_tracker(real):
    with pytest.raises(RigError, match=r"needs the role gnss on the rig"):
        OperatorJammer(real())
