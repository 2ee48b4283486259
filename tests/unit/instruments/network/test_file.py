"""The network role from a file; the captures are those of the embedded drone, taken by the gateway's tap."""

from pathlib import Path

import pytest
from fake_tape import MACS, classic, frame, moment

from harness.errors import NotShown, RigError
from harness.instruments.figures import EndpointFigures
from harness.instruments.network.file import RecordedNetwork
from harness.instruments.network.network import GatewayTap

SNAPSHOT = "embedded/operators.toml"
LENGTH = 45.0


def record(scene):
    """A capture of the drone's first 45 s."""
    tap = GatewayTap(scene.context())
    scene.world.power_on()
    scene.run(LENGTH)
    return tap._capture.read_pcap()


@pytest.fixture
def tape(scene, tmp_path):
    """Puts a capture in the place of the network; one of the drone ends when the tap was taken away."""

    def put(data, **changes):
        (tmp_path / "tap.pcap").write_bytes(data)
        own = {"file": "tap.pcap", **MACS, "power_on": moment(0.0), "started": moment(-1.0), "lost": 0}
        context = scene.context(settings={**own, "operators": SNAPSHOT, **changes}, bench=tmp_path)
        scene.log.notes.clear()
        scene.log.controls.clear()
        scene.log.exhibits.clear()
        return RecordedNetwork(context)

    return put


def test_the_sound_drone_shows_all_but_what_is_encrypted(scene, tape):
    data = record(scene)
    network = tape(data, ended=moment(LENGTH), states=({"name": "boot", "start": moment(0.0), "end": moment(20.0)},))
    assert network.identify().startswith("tap.pcap, SHA-256 ") and "of the article, " in network.identify()
    asked = network.watch_services(over=40.0)
    others = (asked.unknown_time_servers, asked.suspect_queries, asked.undeclared_ipv6_flows, asked.icmp_payload_bytes)
    assert (others, asked.seen_resolvers) == ((0, 0, 0, 0), 0)
    # a question inside a session with a declared server would not be seen, so the zero means nothing
    with pytest.raises(NotShown, match=r"bytes of payload went out encrypted .*: capture with the gateway"):
        _ = asked.unknown_resolvers
    assert {name for name, ok in scene.log.controls if ok} == {
        "capture.complete",
        "capture.article",
        "audit.sees_services",
    }
    ((_, kind, _, kept),) = scene.log.exhibits
    assert (kind, kept) == ("application/vnd.tcpdump.pcap", data)
    notes = "\n".join(scene.log.notes)
    assert "it began 1.000 s before power-on" in notes and "state boot, as the tap's log says: 20 s" in notes


def test_an_article_that_encrypts_nothing_shows_all(scene, tape):
    asked = tape(classic((1.0, frame()), (50.0, frame()))).watch_services(over=40.0)
    assert asked.unknown_resolvers == 0


def test_questions_inside_sessions_are_not_taken_for_none(damaged, tape):
    asked = tape(record(damaged("dns-over-https")), ended=moment(LENGTH)).watch_services(over=40.0)
    with pytest.raises(NotShown):
        _ = asked.unknown_resolvers


@pytest.mark.parametrize(
    ("defect", "count"),
    [
        ("hard-coded-resolver", "unknown_resolvers"),
        ("second-clock", "unknown_time_servers"),
        ("dns-tunnel", "suspect_queries"),
        ("ipv6-leak", "undeclared_ipv6_flows"),
        ("icmp-tunnel", "icmp_payload_bytes"),
    ],
)
def test_each_defect_raises_its_own_count(damaged, tape, defect, count):
    assert getattr(tape(record(damaged(defect)), ended=moment(LENGTH)).watch_services(over=40.0), count) > 0


def test_operators_are_judged(scene, damaged, tape):
    assert tape(record(scene), ended=moment(LENGTH)).watch_operators(over=40.0) == EndpointFigures(
        disallowed=0, unattributed=0
    )
    assert ("audit.sees_operator", True) in scene.log.controls
    assert tape(record(damaged("listed-operator")), ended=moment(LENGTH)).watch_operators(over=40.0).disallowed == 1


def test_a_card_that_is_nobodys_counts_as_the_article(scene, tape):
    stray = classic((1.0, frame()), (2.0, frame("02:00:00:00:00:77")), (50.0, frame()))
    network = tape(stray)
    network.watch_services(over=40.0)
    assert any("3 from the article" in note for note in scene.log.notes)


@pytest.mark.parametrize(
    ("data", "changes", "problem"),
    [
        (
            classic((1.0, frame()), (30.0, frame())),
            {},
            r"30\.0 s from power-on are in tap\.pcap, the method wants 40 s",
        ),
        (classic((1.0, frame()), (50.0, frame())), {"lost": 1}, "1 packets were lost"),
        (classic((1.0, frame()), (50.0, frame()))[:-3], {}, "truncated"),
        (classic((1.0, frame()), (50.0, frame())), {"started": moment(0.5)}, r"began 0\.500 s after power-on"),
    ],
)
def test_a_capture_that_is_not_whole_shows_nothing(scene, tape, data, changes, problem):
    with pytest.raises(RigError, match=problem):
        tape(data, **changes).watch_services(over=40.0)
    assert scene.log.controls == [("capture.complete", False)]


def test_a_capture_of_another_unit_shows_nothing(scene, tape):
    other = "02:00:00:00:00:33"
    with pytest.raises(RigError, match=rf"label says 02:00:00:00:00:02, the capture is of {other}"):
        tape(classic((1.0, frame(other)), (50.0, frame(other))), article=(other,)).watch_services(over=40.0)
    assert scene.log.controls[-1] == ("capture.article", False)


@pytest.mark.parametrize(
    "ask",
    [
        lambda network: network.audit(),
        lambda network: network.state("idle"),
        lambda network: network.boot(until=1.0),
        lambda network: network.check_for_update(within=1.0),
        lambda network: network.restart(),
        lambda network: network.offline(),
        lambda network: network.soak(awake=1.0, longest=1.0),
        lambda network: network.touring(idle=1.0),
        lambda network: network.blocked(restart=False),
        lambda network: network.try_peers(),
        lambda network: network.try_logins(Path()),
        lambda network: network.try_updates(),
        lambda network: network.offer_bad_images(),
        lambda network: network.interrupt_updates(cuts=1, within=1.0),
    ],
)
def test_what_no_file_can_show_is_not_offered(tape, ask):
    with pytest.raises(RigError, match=r'a capture file does not show .*: put make = "gateway" into the role network'):
        ask(tape(b""))
