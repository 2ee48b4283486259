import json

from harness.drone.firmware import FirmwareConfig, FirmwareStore
from harness.supply.graph import check_graph
from harness.supply.sbom import read_bill


def graph(dependencies, parts="abc", root="r", services=()):
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [{"type": "library", "bom-ref": part, "name": part} for part in parts],
        "services": [{"bom-ref": name, "name": name} for name in services],
        "dependencies": [{"ref": ref, "dependsOn": list(targets)} for ref, targets in dependencies],
    }
    if root:
        document["metadata"] = {"component": {"type": "firmware", "bom-ref": root, "name": root}}
    return check_graph(read_bill(json.dumps(document).encode()))


def test_healthy_graph_closes():
    report = check_graph(read_bill(FirmwareStore(FirmwareConfig()).read_bill()))
    assert report.unresolved_dependencies == 0 and not report.empty and not report.rootless
    assert report.edges == 10


def test_chain_and_cycle_and_service_close():
    assert graph([("r", "a"), ("a", "b"), ("b", "ac")]).unresolved_dependencies == 0
    assert graph([("r", ["a", "b", "c", "cloud"])], services=["cloud"]).unresolved_dependencies == 0


def test_what_depends_on_itself_says_nothing():
    alone = graph([("r", "r")], parts="")
    assert alone.edges == 0 and alone.empty and alone.unresolved_dependencies == 1
    assert graph([("r", "ra"), ("a", "abc")]).edges == 3


def test_one_entry_may_come_in_two_parts():
    assert graph([("r", "a"), ("r", "bc")]).unresolved_dependencies == 0


def test_reference_to_nothing_is_unresolved_on_either_side():
    report = graph([("r", "abcx"), ("y", "a")])
    assert report.unresolved == ("x", "y") and report.unreachable == ()
    assert report.unresolved_dependencies == 2


def test_component_that_nothing_leads_to_is_unreachable():
    report = graph([("r", "a"), ("b", "c")])
    assert report.unreachable == ("b", "c") and report.unresolved_dependencies == 2


def test_empty_graph_counts_every_component():
    report = graph([])
    assert report.empty and report.unresolved_dependencies == 3
    assert graph([("r", ""), ("a", "")]).empty


def test_bill_without_parts_or_root_still_counts_one():
    assert graph([], parts="").unresolved_dependencies == 1
    assert graph([], parts="", root="").unresolved_dependencies == 1
    report = graph([("a", "bc")], root="")
    assert report.rootless and report.unreachable == ("a", "b", "c")


def test_component_without_a_reference_is_out_of_reach():
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "firmware", "name": "root without ref"}},
        "components": [{"type": "library", "name": "nameless"}],
    }
    assert check_graph(read_bill(json.dumps(document).encode())).unreachable == ("nameless",)
