import pytest
from fake_bench import Peer, Terminal

from harness.errors import RigError, UsageError
from harness.targets.bench.serial import SerialTarget, TcpTarget, UdpTarget


@pytest.fixture
def terminal():
    made = Terminal()
    yield made
    made.pull()


def test_it_says_what_the_article_says_of_itself(terminal, tmp_path):
    peer = Peer(terminal)
    target = SerialTarget(defects=(), folder=tmp_path, radio=f"serial:{terminal.device}", firmware="1.4.2")
    identity = target.identity()
    peer.stop()
    assert (identity["firmware_version"], identity["firmware_obtained"]) == ("1.4.2", "self-reported")
    assert (identity["serial"], identity["place"]) == (77, f"serial:{terminal.device}@57600")
    # asked once
    assert target.identity() is identity
    target.close()


def test_an_article_without_power_is_said_so(terminal, tmp_path, monkeypatch):
    monkeypatch.setattr("harness.targets.bench.serial.IDENTIFY_WITHIN", 0.1)
    target = SerialTarget(defects=(), folder=tmp_path, radio=f"serial:{terminal.device}")
    assert target.identity()["heard"].startswith("no")


def test_a_wrong_firmware_stops_before_anything(terminal, tmp_path):
    peer = Peer(terminal)
    target = SerialTarget(defects=(), folder=tmp_path, radio=f"serial:{terminal.device}", firmware="9.9.9")
    with pytest.raises(RigError, match=r"the rig file expects 9\.9\.9"):
        target.identity()
    peer.stop()


def test_devices_and_keys_lie_beside_the_rig_file(tmp_path):
    (tmp_path / "key").write_text("ab" * 32)
    target = SerialTarget(defects=(), folder=tmp_path, radio="serial:radio@9600", signing_key="key")
    with pytest.raises(RigError, match=rf"{tmp_path}/radio: there is no such port"):
        target.new_world(1)


def test_a_second_radio_and_a_local_port_are_links_of_their_own(tmp_path):
    target = SerialTarget(
        defects=(), folder=tmp_path, radio="serial:a", intruder="serial:b@9600", local="tcp:[::1]:5762"
    )
    places = {name: str(place) for name, place in target._links.places.items()}
    assert places == {
        "radio": f"serial:{tmp_path}/a@57600",
        "intruder": f"serial:{tmp_path}/b@9600",
        "local": "tcp:[::1]:5762",
    }
    with pytest.raises(UsageError, match="no place of a link"):
        SerialTarget(defects=(), folder=tmp_path, radio="serial:a", intruder="x")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda folder: SerialTarget(defects=("weak-gains",), folder=folder, radio="serial:a"), "real article"),
        (lambda folder: SerialTarget(defects=(), folder=folder, radio="udp:127.0.0.1:1"), "has its radio at serial:"),
        (lambda folder: UdpTarget(defects=(), folder=folder, radio="tcp:127.0.0.1:1"), "has its radio at udp:"),
        (lambda folder: TcpTarget(defects=(), folder=folder, radio="serial:a"), "has its radio at tcp:"),
        (lambda folder: SerialTarget(defects=(), folder=folder, radio="serial:a", observer="x"), "no place of a link"),
        (lambda folder: SerialTarget(defects=(), folder=folder, radio="serial:a", signing_key="k"), "cannot be read"),
    ],
)
def test_what_it_cannot_be_is_the_users_fault(tmp_path, make, problem):
    with pytest.raises(UsageError, match=problem):
        make(tmp_path)


def test_the_network_card_is_told_with_the_article(terminal, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("harness.targets.bench.world.CardWire", lambda clock, name, fail: asked.append(name))
    monkeypatch.setattr("harness.targets.bench.serial.read_card", lambda name: f"{name}: up, carrier")
    monkeypatch.setattr("harness.targets.bench.serial.IDENTIFY_WITHIN", 0.1)
    target = SerialTarget(defects=(), folder=tmp_path, radio=f"serial:{terminal.device}", interface="enp3s0")
    assert (target.read_card(), target.identity()["network"]) == ("enp3s0: up, carrier", "enp3s0: up, carrier")
    assert asked == ["enp3s0"]
    assert SerialTarget(defects=(), folder=tmp_path, radio="serial:a").read_card() is None
