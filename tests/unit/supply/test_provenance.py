import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from signers import certificate_of

from harness.drone.firmware import build_image
from harness.drone.firmware import provenance as maker
from harness.supply import provenance
from harness.supply.builders import Builder, read_builders
from harness.supply.provenance import Admitted, check_provenance

BUILDERS = read_builders(Path(__file__).parents[3] / "rigs" / "lists" / "demo-builders.toml")
IMAGE = build_image()
DIGEST = hashlib.sha256(IMAGE).hexdigest()
PAPER = maker.read_released(maker.PROVENANCE_NAME)
ADMITTED = Admitted(builders=BUILDERS, declared=(maker.BUILDER,), sources=(maker.SOURCE,))
KEY = ec.generate_private_key(ec.SECP256R1())
OWN = Builder(id="own", certificate=certificate_of(KEY), level=3, assessed="here")


def judged(*papers, images=(DIGEST,), admitted=ADMITTED):
    report = check_provenance(images, {f"p{n}": paper for n, paper in enumerate(papers)}, admitted)
    return report.build_level, report.subject_mismatches, report.unlisted_builders, report.problems


def signed(change=lambda statement: None, level=3, **admitted):
    statement = maker.make_statement(IMAGE, "1", "own")
    change(statement)
    builder = {"own": Builder(id="own", certificate=OWN.certificate, level=level, assessed="here")}
    rest = {"builders": builder, "declared": ("own",), "sources": (maker.SOURCE,)} | admitted
    return judged(maker.sign_statement(statement, KEY), admitted=Admitted(**rest))


def test_the_release_leads_to_source_and_builder():
    assert judged(PAPER) == (2, 0, 0, ())


@pytest.mark.parametrize(
    ("defect", "wanted", "said"),
    [
        (maker.of_earlier_release, (0, 1, 0), ""),
        (maker.vouched_by_maker, (1, 1, 1), "it vouches for itself"),
        (maker.of_another_commit, (0, 1, 0), "is not signed by the key of its builder"),
        (maker.without_signature, (0, 1, 0), "has no signature"),
        (lambda paper: b"{}", (0, 1, 1), "wanted a list"),
        (lambda paper: paper[: len(paper) // 2], (0, 1, 1), "not JSON"),
    ],
)
def test_a_bad_attestation_supports_less(defect, wanted, said):
    level, mismatches, unlisted, problems = judged(defect(PAPER))
    assert (level, mismatches, unlisted) == wanted
    assert said in "".join(problems)


def test_without_attestations_nothing_is_supported():
    assert judged() == (0, 1, 0, ())
    assert judged(PAPER, images=()) == (0, 0, 0, ())


def test_the_least_image_decides():
    assert judged(PAPER, images=(DIGEST, "0" * 64))[:3] == (0, 1, 0)


def test_a_bad_paper_beside_a_good_one_is_told():
    level, mismatches, unlisted, problems = judged(PAPER, maker.vouched_by_maker(PAPER))
    assert (level, mismatches, unlisted, len(problems)) == (2, 0, 1, 1)


def test_the_level_is_that_of_the_builder():
    assert signed() == (3, 0, 0, ())
    assert signed(level=2)[0] == 2


def test_a_builder_must_be_declared_and_known():
    assert signed(declared=())[:3] == (1, 1, 1)
    assert signed(builders={})[:3] == (1, 1, 1)


def materials(*entries):
    def change(statement):
        statement["predicate"]["buildDefinition"]["resolvedDependencies"] = list(entries)

    return change


GOOD = {"uri": maker.SOURCE + "@refs/tags/v1", "digest": {"gitCommit": "a" * 40}}


@pytest.mark.parametrize(
    ("entries", "level", "said"),
    [
        ((GOOD,), 3, ""),
        ((GOOD | {"uri": maker.SOURCE},), 3, ""),
        ((), 1, "no material with a digest"),
        (({"uri": GOOD["uri"]},), 1, "no material with a digest"),
        ((GOOD | {"uri": maker.SOURCE + "-fork@v1"},), 1, "none of its materials is of a declared source"),
        ((GOOD | {"uri": "git+https://elsewhere.example/x"},), 1, "none of its materials"),
    ],
)
def test_it_must_lead_to_the_declared_source(entries, level, said):
    found = signed(materials(*entries))
    assert found[0] == level
    assert said in "".join(found[3])


def test_without_a_declared_source_any_fixed_material_will_do():
    assert signed(materials(GOOD | {"uri": "git+https://elsewhere.example/x"}), sources=())[0] == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", "https://slsa.dev/provenance/v0.2"),
        ("subject", []),
        ("subject", [{"digest": {}}]),
        ("subject", [{"digest": {"sha256": "no hex"}}]),
        ("predicate", {}),
    ],
)
def test_another_statement_is_no_provenance(key, value):
    def change(statement):
        statement[key] = value

    assert signed(change)[:3] == (0, 1, 1)


def test_another_payload_type_is_no_provenance():
    envelope = json.loads(PAPER)
    envelope["payloadType"] = "application/json"
    assert judged(json.dumps(envelope).encode())[:3] == (0, 1, 1)


def test_a_digest_of_another_kind_names_no_image():
    def change(statement):
        statement["subject"][0]["digest"] = {"sha512": DIGEST * 2}

    assert signed(change)[:3] == (0, 1, 0)


@given(st.integers(0, len(PAPER) - 1), st.binary(max_size=2))
def test_no_change_of_a_byte_makes_it_better(place, piece):
    level, mismatches, unlisted, _ = judged(PAPER[:place] + piece + PAPER[place + 1 :])
    assert level <= 2
    assert (mismatches == 0) is (level == 2)
    assert level == 2 or mismatches or unlisted


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda s: (
            st.lists(s, max_size=3)
            | st.dictionaries(st.sampled_from(["_type", "predicate", "subject", "digest"]), s, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_any_payload_is_judged(payload):
    envelope = json.loads(PAPER)
    envelope["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()
    assert judged(json.dumps(envelope).encode())[:3] == (0, 1, 1)


@pytest.mark.parametrize(
    ("uri", "source", "inside"),
    [
        ("git+https://code.example/firmware@refs/heads/main", "git+https://code.example/firmware", True),
        ("git+https://code.example/firmware/part", "git+https://code.example/firmware", True),
        ("git+https://code.example/firmware2", "git+https://code.example/firmware", False),
        ("git+https://code.example/firmware", "git+https://code.example", True),
        ("git+https://code.example@other.example/firmware", "git+https://code.example", False),
        ("git+https://code.example.other.example/firmware", "git+https://code.example", False),
        ("git+https://code.example/firmware/../../other/x", "git+https://code.example/firmware", False),
        ("git+https://code.example/firmware/%2e%2E/other", "git+https://code.example/firmware", False),
        ("git+https://code.example/firmware/..%2fother", "git+https://code.example/firmware", False),
        ("git+https://code.example/firmware/..", "git+https://code.example/firmware", False),
        ("git+https://code.example/firmware/v1..v2", "git+https://code.example/firmware", True),
    ],
)
def test_an_address_is_of_a_source_only_if_it_lies_in_it(uri, source, inside):
    assert provenance._is_of(uri, source) is inside


@pytest.mark.parametrize(
    ("digest", "fixed"),
    [
        ({"gitCommit": "0" * 40}, True),
        ({"sha256": "0" * 64}, True),
        ({"md5": "0" * 32}, False),
        ({"sha256": "0" * 8}, False),
        ({"note": "0" * 64}, False),
        ({}, False),
    ],
)
def test_only_a_digest_that_identifies_fixes_a_source(digest, fixed):
    assert provenance._is_fixed(digest) is fixed
