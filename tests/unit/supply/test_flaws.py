from dataclasses import replace

import pytest

from harness.drone.firmware.bill import make_bill, write_bill
from harness.supply import read_bill
from harness.supply.feed import Affected, Flaw, Range
from harness.supply.flaws import match_flaws
from harness.supply.vex import Statement

BILL = read_bill(write_bill(make_bill()))
ZLIB = next(component for component in BILL.components if component.name == "zlib")
PURL = "pkg:generic/zlib-project/zlib"


def flaw(*ranges, exploited=True, severity="critical", **affected):
    who = {key: affected.pop(key) for key in ("purl", "cpe", "name") if key in affected} or {"purl": PURL}
    entry = Affected(**who, ranges=ranges, **affected)
    return Flaw(id="CVE-1", aliases=("GHSA-1",), exploited=exploited, severity=severity, affected=(entry,))


def bill_of(**changes):
    return replace(BILL, components=(replace(ZLIB, **changes),))


def found(known, bill=BILL, statements=()):
    return [match.component for match in match_flaws(bill, [known], statements).matches]


REF = ZLIB.ref


@pytest.mark.parametrize(
    ("known", "hit"),
    [
        (flaw(), True),
        (flaw(Range(fixed="1.3.2")), True),
        (flaw(Range(fixed="1.3.1")), False),
        (flaw(Range(last_affected="1.3.1")), True),
        (flaw(Range(last_affected="1.3")), False),
        (flaw(Range(introduced="1.3.2")), False),
        (flaw(Range(introduced="1.3.1")), True),
        (flaw(Range(introduced="1.0", fixed="1.1"), Range(introduced="1.3")), True),
        (flaw(versions=("1.3.1",)), True),
        (flaw(versions=("v1.3.1.0",)), True),
        (flaw(versions=("1.2.11",)), False),
        (flaw(Range(fixed="r9")), True),
        (flaw(Range(fixed="1.3.1a")), True),
        (flaw(purl="pkg:generic/zlib-project/zlib@9"), True),
        (flaw(purl="pkg:GENERIC/Zlib-Project/zlib"), True),
        (flaw(purl="pkg:generic/zlib-project/other"), False),
        (flaw(name="ZLIB"), True),
        (flaw(name="github.com/madler/zlib"), True),
        (flaw(purl="pkg:github/madler/zlib"), True),
        (flaw(cpe="cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*"), True),
        (flaw(cpe="cpe:2.3:a:zlib:minizip:*:*:*:*:*:*:*:*"), False),
    ],
)
def test_a_component_is_matched_by_identity_and_version(known, hit):
    assert found(known) == ([REF] if hit else [])


@pytest.mark.parametrize(
    ("changes", "known", "hit"),
    [
        ({"version": "", "identifiers": ("pkg:generic/zlib-project/zlib",)}, flaw(Range(fixed="1.0")), True),
        ({"version": ""}, flaw(Range(fixed="1.0")), False),
        ({"identifiers": ()}, flaw(), True),
        ({"identifiers": (), "name": "libz"}, flaw(), False),
        ({"identifiers": ("pkg:pypi/zlib@1",)}, flaw(purl="pkg:npm/zlib"), False),
        ({"identifiers": ("pkg:pypi/zlib@1",)}, flaw(), True),
        (
            {"identifiers": ("cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*",), "version": ""},
            flaw(Range(fixed="1.3.1"), cpe="cpe:/a:zlib:zlib"),
            False,
        ),
        (
            {"identifiers": ("cpe:/a:zlib:zlib:1.3.0",), "version": ""},
            flaw(Range(fixed="1.3.1"), cpe="cpe:2.3:a:zlib:zlib:-:*:*:*:*:*:*:*"),
            True,
        ),
        (
            {"identifiers": ("cpe:2.3:a:other:zlib:1:*:*:*:*:*:*:*",)},
            flaw(cpe="cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*"),
            False,
        ),
    ],
)
def test_what_cannot_be_told_counts(changes, known, hit):
    assert bool(found(known, bill_of(**changes))) is hit


def disposed(*statements, bill=BILL):
    report = match_flaws(bill, [flaw()], statements)
    assert report.undisposed_exploited == report.undisposed_critical
    return report.undisposed_exploited == 0


def statement(product=REF, problem="", flaw_id="GHSA-1"):
    return Statement(flaws=frozenset({flaw_id}), products=frozenset({product}), status="s", problem=problem)


def test_only_a_statement_that_is_about_it_disposes_of_a_match():
    assert not disposed()
    assert disposed(statement())
    assert disposed(statement(PURL))
    assert disposed(statement(BILL.root.ref))
    assert not disposed(statement(PURL + "@1.3.0"))
    assert not disposed(statement("pkg:generic/zlib-project/other"))
    assert not disposed(statement(flaw_id="CVE-2"))
    assert not disposed(statement(""), bill=bill_of(ref=""))


def test_of_several_statements_each_must_dispose_of_it():
    assert not disposed(statement(), statement(PURL, problem="open"))
    report = match_flaws(BILL, [flaw()], [statement(problem="in doubt")])
    assert str(report.matches[0]) == f"CVE-1 (exploited) in {REF}: every version is affected, it is 1.3.1; in doubt"


def test_exploited_and_critical_are_counted_apart():
    for exploited, severity, wanted in ((False, "high", (0, 0)), (True, "low", (1, 0)), (False, None, (0, 1))):
        report = match_flaws(BILL, [flaw(exploited=exploited, severity=severity)], ())
        assert (report.undisposed_exploited, report.undisposed_critical) == wanted
        assert (report.components, report.flaws, len(report.matches)) == (9, 1, 1)


def excuse(**changes):
    return Statement(flaws=frozenset({"CVE-1"}), products=frozenset({REF}), status="not_affected", **changes)


def test_what_is_said_of_another_product_or_bill_excuses_nothing():
    root = BILL.root.ref
    assert disposed(excuse()) and disposed(excuse(within=frozenset({root})))
    assert not disposed(excuse(within=frozenset({"pkg:generic/another-drone"})))
    assert disposed(excuse(bills=frozenset({"a"})), bill=replace(BILL, serial="a"))
    assert not disposed(excuse(bills=frozenset({"a"})), bill=replace(BILL, serial="b"))
    assert not disposed(excuse(bills=frozenset({"a", "b"})), bill=replace(BILL, serial="b"))


def test_a_version_told_in_one_place_does_not_hide_the_one_told_in_another():
    bill = bill_of(version="9.9", identifiers=(f"{PURL}@1.2.11",))
    assert found(flaw(Range(fixed="1.3.1")), bill) == [REF]
    assert found(flaw(Range(fixed="1.2.0")), bill) == []
    assert found(flaw(Range(introduced="9")), bill) == [REF]


@pytest.mark.parametrize(
    ("cpe", "hit"),
    [
        ("cpe:2.3:a:*:zlib:1.2.11:*:*:*:*:*:*:*", True),
        ("cpe:2.3:a:zlib:*:1.2.11:*:*:*:*:*:*:*", True),
        ("cpe:2.3:*:-:zlib:1.2.11:*:*:*:*:*:*:*", True),
        ("cpe:2.3:a:z?ib:zlib:1.2.11:*:*:*:*:*:*:*", True),
        ("cpe:2.3:a:another:zlib:1.2.11:*:*:*:*:*:*:*", False),
        ("cpe:2.3:a:*:zlib:1.3.1:*:*:*:*:*:*:*", False),
    ],
)
def test_a_wildcard_in_a_cpe_hides_no_flaw(cpe, hit):
    version = cpe.split(":")[5]
    known = flaw(Range(fixed="1.3.1"), cpe="cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*")
    assert found(known, bill_of(version=version, identifiers=(cpe,))) == ([REF] if hit else [])


def test_quoting_does_not_tell_two_cpes_apart():
    known = flaw(cpe=r"cpe:2.3:a:maker:lib\+\+:*:*:*:*:*:*:*:*")
    assert found(known, bill_of(name="x", identifiers=("cpe:/a:maker:lib%2b%2b:1.0",))) == [REF]
