"""A second station against the real embedded drone."""

import pytest

from harness.errors import RigError
from harness.instruments.intruder import usurping
from harness.instruments.intruder.intruder import SecondRadio
from harness.instruments.intruder.usurping import Takeover
from harness.instruments.operator import Attendance
from harness.instruments.vehicle.mavlink import MavlinkVehicle, UsbObserver
from harness.judgement import Count
from harness.vehicle.forging import arm


def usurped(scene, fault=""):
    observer, intruder = UsbObserver(scene.context()), SecondRadio(scene.context(fault))
    scene.world.power_on()
    MavlinkVehicle(scene.context()).linger(8.0)
    try:
        return intruder.usurp(observer.read_state)
    finally:
        scene.world.power_off()


def test_a_sound_drone_obeys_who_is_paired_and_nobody_else(scene):
    takeover = usurped(scene)
    # two links, three orders, two ids, two ways, and one of each station after the handover
    assert takeover.takeovers == Count(events=0, trials=26)
    assert takeover.unattended_pairings == Count(events=0, trials=4)
    assert [who for who, yes in takeover.obeyed.items() if yes] == [
        "first before",
        "second after the handover",
        "first, handed back",
    ]
    assert scene.log.controls == [("intruder.seen", True), ("twin.obeys", True)]


def test_who_obeys_the_unsigned_is_taken_over(damaged):
    takeover = usurped(damaged("accepts-unsigned"))
    assert takeover.takeovers.events > 12


def test_who_pairs_with_anybody_is_found_out(damaged):
    takeover = usurped(damaged("open-key-setup"))
    assert (takeover.takeovers.events, takeover.unattended_pairings.events > 0) == (0, True)


@pytest.mark.parametrize("fault", ["silent", "keyless"])
def test_a_lying_radio_is_found_out(scene, fault):
    with pytest.raises(RigError, match=r"control (intruder\.seen|twin\.obeys) failed"):
        usurped(scene, fault)


def test_a_station_that_is_still_obeyed_after_its_dismissal_counts():
    obeyed = {"first before": True, "first after the handover": True, "second, handed back": False}
    assert Takeover(orders=[False], pairings=[False], obeyed=obeyed).takeovers == Count(events=1, trials=3)


def test_a_refusal_whose_twin_is_not_obeyed_shows_nothing(scene, monkeypatch):
    # an article that is deaf to one order refuses it of everybody
    deaf = usurping.orders()[0].do
    pack = usurping.pack
    unknown = arm((9, 9), on=True)

    def hide(message, *rest, **more):
        changed = unknown if message.to_dict() == deaf.to_dict() else message
        return pack(changed, *rest, **more)

    monkeypatch.setattr(usurping, "pack", hide)
    with pytest.raises(RigError, match=r"twin\.obeys failed: not obeyed though paired: set mode \(radio link\)"):
        usurped(scene)


# -- on a real bench


class Relay:
    pass


def real_intruder(scene, tmp_path, answers, **changes):
    lines = "\n".join(f"{key!r} = {answer!r}" for key, answer in answers.items())
    (tmp_path / "answers.toml").write_text(f"[answers]\n{lines}\n")
    attendance = Attendance(there=bool(answers), answers=tmp_path / "answers.toml")
    return SecondRadio(scene.context(real=True, attendance=attendance, devices={"relay": Relay()}, **changes))


HANDS = {"propellers.off": "done", "propellers.back": "done"}


def test_on_a_bench_orders_are_forged_without_propellers_and_the_key_is_given_back(damaged, tmp_path):
    scene = damaged("open-key-setup")
    observer, intruder = UsbObserver(scene.context()), real_intruder(scene, tmp_path, HANDS)
    scene.world.power_on()
    vehicle = MavlinkVehicle(scene.context())
    vehicle.linger(8.0)
    assert intruder.usurp(observer.read_state).unattended_pairings.events > 0
    # a stranger had paired, and yet the first station commands again
    vehicle.assert_obeys()
    intruder.close()
    intruder.close()
    scene.world.power_off()
    asked = [note for note in scene.log.notes if "propellers" in note]
    assert ["take all" in asked[0], "back on" in asked[1], len(asked)] == [True, True, 2]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [({}, r"offers no hands that take the propellers off"), ({"propellers.off": "later"}, "it was not done")],
)
def test_with_propellers_nothing_is_forged(scene, tmp_path, answers, problem):
    intruder = real_intruder(scene, tmp_path, answers)
    scene.world.power_on()
    sent = []
    scene.world.sockets.radio.up.append(lambda data, forward: (sent.append(data), forward(data)))
    for deed in (intruder.usurp, lambda witness: intruder.forge(witness, repetitions=1)):
        with pytest.raises(RigError, match=problem):
            deed(lambda: 0)
    scene.world.power_off()
    assert sent == []


def test_an_article_that_cannot_be_given_its_key_back_is_told(scene, tmp_path, monkeypatch):
    intruder = real_intruder(scene, tmp_path, HANDS)
    intruder._leave(lambda: False)
    with pytest.raises(RigError, match="no longer obeys its station: pair it anew"):
        intruder.close()
