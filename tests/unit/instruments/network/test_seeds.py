import struct

import pytest

from harness.instruments.network.seeds import CARRIED, as_record, call_seed, service_seeds
from harness.network import Parties, Policy, audit

HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
EVERYBODY = Parties(macs=frozenset(), rig_macs=frozenset({"02:00:00:00:00:01"}))
SEEDS = service_seeds("10.77.0.2")


@pytest.mark.parametrize("name", SEEDS)
def test_each_seed_raises_its_own_count_and_no_other(name):
    report = audit(HEAD + as_record(1.0, SEEDS[name]), Policy(endpoints=()), EVERYBODY)
    counts = {count: getattr(report, count) for count in SEEDS}
    assert counts.pop(name) == (len(CARRIED) if name == "icmp_payload_bytes" else 1)
    assert not any(counts.values())


def test_a_seeded_call_is_one_undeclared_flow():
    report = audit(HEAD + as_record(1.0, call_seed("10.77.0.2", "203.0.113.50")), Policy(endpoints=()), EVERYBODY)
    assert [flow.responder for flow in report.undeclared] == [("203.0.113.50", 443)]
