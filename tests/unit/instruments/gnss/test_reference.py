import pytest

from harness.errors import RigError
from harness.instruments.gnss import reference
from harness.instruments.gnss.reference import ReferenceSky
from harness.instruments.twins import talkers
from harness.instruments.twins.talkers import Talker
from harness.timing import run_for


@pytest.fixture
def sky(real, hall, monkeypatch):
    monkeypatch.setattr(reference, "FIRST_WITHIN", 0.5)
    made = []

    def make(quality=1, fault=""):
        talker = Talker(hall, 0.02, lambda: talkers.gga(hall, quality), fault)
        made.append(ReferenceSky(real(device=hall.serial(talker.add))))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_sky_with_satellites_aids(sky, real):
    device = sky()
    device.identify()
    with device.aiding():
        run_for(real.world, 0.1)
    assert real.log.controls == [("gnss.sky", True)]
    assert real.log.notes == ["position aiding: open sky over the bench, seen by a reference receiver"]


@pytest.mark.parametrize(("quality", "fault"), [(0, ""), (1, "silent"), (1, "garbling")])
def test_a_sky_without_is_told(sky, quality, fault):
    device = sky(quality, fault)
    with pytest.raises(RigError, match="hears no satellites"):
        device.identify()
    with pytest.raises(RigError, match=r"gnss\.sky failed"), device.aiding():
        pass


def test_it_cannot_be_darkened(sky):
    with pytest.raises(RigError, match="cannot be darkened"), sky().lost():
        pass
