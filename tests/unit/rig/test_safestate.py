"""The way into the safe state: in its order, an article that flies is landed, and power goes last or stays."""

import socket
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.link.place import Place
from harness.rig import safestate
from harness.rig.safestate import make_safe, plan_of

RELAY = {"make": "numato", "settings": {"device": "/dev/ttyACM0"}}


class Article(threading.Thread):
    """Tells by heartbeats whether it is armed; obeys the order to land, or does not."""

    def __init__(self, port, *, armed, obeys):
        super().__init__(daemon=True)
        self.orders, self.over = [], threading.Event()
        self._port, self._armed, self._obeys = port, armed, obeys

    def run(self):
        codec = mavlink.MAVLink(None, srcSystem=7, srcComponent=1)
        codec.robust_parsing = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(0.02)
            while not self.over.is_set():
                mode = mavlink.MAV_MODE_FLAG_SAFETY_ARMED if self._armed else 0
                beat = codec.heartbeat_encode(
                    mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, mode, 0, 4
                )
                line.sendto(beat.pack(codec), ("127.0.0.1", self._port))
                try:
                    heard = codec.parse_buffer(line.recv(2048)) or []
                except (TimeoutError, ConnectionError):
                    continue
                self.orders += [item.command for item in heard if item.get_type() == "COMMAND_LONG"]
                self._armed = self._armed and not (self._obeys and mavlink.MAV_CMD_NAV_LAND in self.orders)


@pytest.fixture
def port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def switched(monkeypatch):
    deeds = []
    monkeypatch.setattr(safestate, "_switch_off", lambda relay, folder: deeds.append(relay["make"]) or ", power off")
    return deeds


@contextmanager
def flying(port, *, armed=True, obeys=True):
    article = Article(port, armed=armed, obeys=obeys)
    article.start()
    try:
        yield article
    finally:
        article.over.set()
        article.join()


def land(port, folder, relay=RELAY):
    return safestate._land(Place.parse(f"udp:127.0.0.1:{port}"), relay, folder)


def test_an_article_that_flies_is_landed_and_then_switched_off(port, switched, tmp_path):
    with flying(port) as article:
        assert land(port, tmp_path) == "landed and disarmed, power off"
    assert set(article.orders) == {mavlink.MAV_CMD_NAV_LAND}
    assert switched == ["numato"]


def test_one_that_stands_is_ordered_nothing(port, switched, tmp_path):
    with flying(port, armed=False) as article:
        assert land(port, tmp_path) == "stood disarmed, power off"
    assert article.orders == []


def test_one_that_stays_armed_keeps_its_power(port, switched, tmp_path, monkeypatch):
    monkeypatch.setattr(safestate, "LAND_WITHIN", 0.3)
    with flying(port, obeys=False) as article, pytest.raises(RigError, match="for landing: wanted disarmed"):
        land(port, tmp_path)
    assert article.orders
    assert switched == []


def test_one_that_nobody_hears_keeps_its_power(port, switched, tmp_path, monkeypatch):
    monkeypatch.setattr(safestate, "HEAR_WITHIN", 0.1)
    with pytest.raises(RigError, match="Its power stays on: look at it"):
        land(port, tmp_path)
    assert switched == []


def test_wind_and_link_come_before_the_article(tmp_path):
    roles = {"wind": {"make": "scpi", "settings": {}}, "attenuator": {"make": "rcdat", "settings": {}}, "relay": RELAY}
    plan = {"folder": str(tmp_path), "roles": roles, "observer": "udp:127.0.0.1:1"}
    assert [name for name, _ in make_safe(plan)] == ["wind", "attenuator", "article"]
    plan["roles"]["wind"]["make"] = "operator"
    assert [name for name, _ in make_safe({**plan, "observer": ""})] == ["attenuator"]


def test_the_plan_holds_what_can_be_made_safe_and_nothing_else(tmp_path):
    spec = SimpleNamespace(make="m", settings={"device": "d"})
    target = SimpleNamespace(settings={"observer": "udp:127.0.0.1:1"})
    roles = dict.fromkeys(("wind", "attenuator", "relay", "vehicle"), spec)
    plan = plan_of(SimpleNamespace(roles=roles, path=tmp_path / "rig.toml", spec=SimpleNamespace(target=target)))
    assert set(plan["roles"]) == {"wind", "attenuator", "relay"}
    assert (plan["observer"], plan["folder"]) == ("udp:127.0.0.1:1", str(tmp_path.resolve()))
