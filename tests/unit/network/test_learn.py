import json

from harness.network import Source, examine
from harness.network.learn import learn_policy
from harness.network.mud import EXTENSION, read_mud


def test_a_draft_made_into_a_policy_lets_its_own_capture_pass_and_nothing_more(record, parties, tmp_path):
    source = Source(name="a.pcap", data=record(60.0))
    draft = learn_policy(source, parties)
    own = draft["ietf-mud:mud"][EXTENSION]
    assert own.pop("draft") is True and own["time-servers"] == ["time.example-drone.jp"]
    assert own["resolvers"] == ["10.77.0.1"] and len(own["endpoints"]) == 2
    path = tmp_path / "mud.json"
    path.write_text(json.dumps(draft))
    policy = read_mud(path).policy
    assert examine(source, policy, parties).level == "clean"
    leaky = Source(name="b.pcap", data=record(60.0, hidden_beacon_after=30.0))
    assert [finding.far for finding in examine(leaky, policy, parties).findings] == ["203.0.113.77"]
