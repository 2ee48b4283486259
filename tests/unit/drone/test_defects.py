import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from harness.catalogue.catalogue import DOMAINS, load_catalogue
from harness.drone import defects as module
from harness.drone.article import ArticleConfig, shipped
from harness.drone.defects import DEFECTS, damage, find_defect
from harness.errors import UsageError

ROOT = Path(__file__).parents[3]
NOT_AUTOMATIC = {"WIND-12", "RADIO-08", "RADIO-10", "ENDP-10", "SUP-10"}

# what each defect changes, and nothing else
CHANGES = {
    "weak-gains": "flight.position_gain",
    "thrust-limited": "flight.thrust_scale",
    "no-integrator": "flight.integrator",
    "ignores-link-loss": "flight.link_loss_action",
    "late-failsafe": "flight.link_loss_timeout",
    "lands-on-link-loss": "flight.link_loss_action",
    "eager-failsafe": "flight.link_loss_timeout",
    "resumes-after-loss": "flight.link_resume",
    "deaf-after-loss": "mavlink.radio_deaf_after",
    "slow-link-scheduler": "mavlink.radio_period",
    "slow-telemetry": "mavlink.radio_delay",
    "repeats-orders": "mavlink.repeat_within",
    "accepts-corrupt": "mavlink.check_crc",
    "plaintext-log": "recorder.encryption",
    "jpeg-only-store": "recorder.encryption",
    "plaintext-partition": "recorder.plaintext_log_partition",
    "ecb-cipher": "recorder.cipher",
    "equal-xts-halves": "recorder.cipher",
    "weak-kdf": "recorder.weak_kdf",
    "key-beside-data": "recorder.key_beside_data",
    "hidden-beacon": "network.hidden_beacon_after",
    "hard-coded-resolver": "network.hardcoded_resolver",
    "debug-telnet": "network.debug_telnet",
    "bill-without-supplier": "firmware.sbom_missing_supplier",
    "bill-without-graph": "firmware.sbom_empty_graph",
    "firmware-changed": "firmware.tampered",
    "version-spoofed": "firmware.reported_version",
}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue([ROOT / "suites" / domain for domain in DOMAINS])


def changed(before, after):
    """Dotted names of the fields that differ."""
    return [
        f"{part.name}.{item.name}"
        for part in fields(ArticleConfig)
        for item in fields(getattr(before, part.name))
        if getattr(getattr(before, part.name), item.name) != getattr(getattr(after, part.name), item.name)
    ]


def test_names_are_unique_and_known_here():
    assert len(module._ALL) == len(DEFECTS)
    assert set(DEFECTS) == set(CHANGES)
    assert all(name == defect.name == name.lower() and " " not in name for name, defect in DEFECTS.items())
    assert len({defect.summary for defect in DEFECTS.values()}) == len(DEFECTS)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_changes_what_it_says_and_nothing_else(name):
    sound = shipped()
    assert changed(sound, damage(sound, [name])) == [CHANGES[name]]
    # and never the sound one
    assert sound == shipped()


def test_no_two_defects_are_the_same():
    assert len({repr(damage(shipped(), [name])) for name in DEFECTS}) == len(DEFECTS)


def test_several_defects_come_together():
    both = damage(shipped(), ["debug-telnet", "weak-kdf"])
    assert sorted(changed(shipped(), both)) == ["network.debug_telnet", "recorder.weak_kdf"]
    assert damage(shipped(), []) == shipped()


def test_a_defect_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(
        UsageError, match=r"no defect 'weak_gains'; see 'dronecert defects': weak-gains, .*version-spoofed"
    ):
        find_defect("weak_gains")
    with pytest.raises(UsageError, match="no defect ''"):
        damage(shipped(), ["weak-gains", ""])


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=list(DEFECTS))
def test_a_defect_names_requirements_of_the_catalogue_each_with_a_reason(defect, catalogue):
    assert defect.caught_by
    assert {*defect.caught_by, *defect.also_touches} <= set(catalogue.ids)
    assert not set(defect.caught_by) & set(defect.also_touches)
    assert all(len(reason) > 10 for reason in defect.also_touches.values())


def test_every_requirement_of_the_baseline_has_a_defect():
    profile = tomllib.loads((ROOT / "rigs" / "profiles" / "baseline.toml").read_text())
    assert set(profile["requirements"]) <= {name for defect in DEFECTS.values() for name in defect.caught_by}


def test_what_is_not_automatic_has_none(catalogue):
    assert set(catalogue.ids) > NOT_AUTOMATIC
    touched = {name for defect in DEFECTS.values() for name in (*defect.caught_by, *defect.also_touches)}
    assert not NOT_AUTOMATIC & touched


def test_nobody_can_add_one_on_the_way():
    with pytest.raises(TypeError):
        DEFECTS["another"] = DEFECTS["weak-gains"]
