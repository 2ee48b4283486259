import tomllib
from dataclasses import fields
from operator import attrgetter
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
    "soft-attitude": "flight.attitude_gain",
    "soft-climb": "flight.climb_gain",
    "side-drag": "flight.side_drag",
    "compass-askew": "flight.compass_error",
    "hard-landing": "flight.touch_down_speed",
    "no-touchdown-detector": "flight.touchdown_detector",
    "tilt-limited": "flight.tilt_limit",
    "track-ignores-wind": "flight.holds_track",
    "overloaded": "flight.added_mass",
    "weak-motor": "flight.motor_thrust",
    "worn-battery": "flight.battery_wh",
    "return-ignores-wind": "flight.return_holds_track",
    "wind-not-watched": "flight.wind_limit",
    "wind-warning-missing": "flight.wind_warning",
    "wind-warning-always": "flight.wind_cry_period",
    "wind-action-missing": "flight.wind_action",
    "no-thrust-for-load": "flight.thrust_scale",
    "narrow-gnss-gate": "flight.gnss_gate",
    "tired-third-pack": "flight.pack_resistance",
    "hot-motor": "flight.motor_endurance",
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
    "any-seed": "mavlink.any_seed",
    "accepts-unsigned": "mavlink.accept_unsigned",
    "accepts-mavlink1": "mavlink.accept_mavlink1",
    "accepts-replay": "mavlink.accept_replay",
    "accepts-old": "mavlink.accept_old",
    "open-key-setup": "mavlink.open_key_setup",
    "link-plaintext": "modem.encrypted",
    "link-nonce-reuse": "modem.reuse_nonce",
    "link-beacon": "modem.beacon",
    "no-link-warning": "modem.warns",
    "late-link-warning": "modem.weak_below",
    "arms-on-weak-link": "modem.inhibits",
    "flies-on-dead-reckoning": "flight.position_timeout",
    "stays-without-position": "flight.link_loss_action flight.position_loss_action",
    "plaintext-log": "recorder.encryption",
    "jpeg-only-store": "recorder.encryption",
    "plaintext-partition": "recorder.plaintext_log_partition",
    "ecb-cipher": "recorder.cipher",
    "equal-xts-halves": "recorder.cipher",
    "weak-kdf": "recorder.weak_kdf",
    "key-beside-data": "recorder.key_beside_data",
    "weak-slot": "recorder.weak_slot",
    "passphrase-file": "recorder.passphrase_file",
    "model-key": "recorder.key_source",
    "serial-key": "recorder.key_source",
    "opens-at-boot": "recorder.opens_at_boot",
    "unlimited-guesses": "recorder.guess_delay",
    "thumbnail-cache": "recorder.thumbnails",
    "plain-swap": "recorder.swap",
    "station-cache": "recorder.station_cache",
    "erase-formats": "recorder.erasure",
    "header-backup": "recorder.erasure",
    "secret-kept": "recorder.erasure",
    "off-as-delivered": "recorder.encrypted_as_delivered",
    "state-hidden": "recorder.state_shown",
    "unmarked-recordings": "recorder.marked",
    "log-without-code": "recorder.authenticated_log",
    "flash-without-code": "flash.authenticated",
    "unverified-boot": "firmware.verified_boot",
    "plain-spool": "recorder.spool",
    "header-in-memory": "recorder.header_in_memory",
    "clock-seeded-keys": "recorder.key_source",
    "counted-nonces": "flash.random_nonces",
    "pilot-position-logged": "recorder.log_extra",
    "pilot-name-logged": "recorder.log_extra",
    "hidden-beacon": "network.hidden_beacon_after",
    "hard-coded-resolver": "network.hardcoded_resolver",
    "dns-tunnel": "leaks.dns_tunnel",
    "dns-over-https": "leaks.dns_over_https",
    "second-clock": "leaks.foreign_clock",
    "icmp-tunnel": "leaks.echo_payload",
    "ipv6-leak": "leaks.ipv6",
    "listed-operator": "leaks.foreign_cloud",
    "unknown-operator": "leaks.foreign_cloud",
    "debug-telnet": "network.debug_telnet",
    "any-certificate": "network.tls_checks",
    "any-name": "network.tls_checks",
    "any-date": "network.tls_checks",
    "never-revoked": "network.tls_checks",
    "old-tls": "network.tls_checks",
    "any-update": "firmware.update",
    "takes-older": "firmware.boot_rules firmware.update",
    "takes-sister": "firmware.boot_rules firmware.update",
    "silent-update": "firmware.update",
    "follows-redirects": "firmware.update",
    "single-slot": "firmware.update",
    "ftp-without-login": "mavlink.open_files",
    "serial-shell": "mavlink.serial_shell",
    "debug-bridge": "network.debug_bridge",
    "admin-admin": "network.admin_login",
    "serial-code": "recorder.serial_code",
    "shared-radio-key": "mavlink.model_key",
    "bill-without-supplier": "firmware.sbom_missing_supplier",
    "offline-service": "habits.offline_service",
    "offline-wakes": "habits.offline_wakes_after",
    "offline-forgotten": "habits.offline_forgotten",
    "day-30-beacon": "habits.beacon_after_days",
    "fence-uploader": "habits.upload_fence",
    "fiftieth-boot-beacon": "habits.beacon_every_boots",
    "arms-online-only": "habits.arms_online_only",
    "cloud-tether": "habits.cloud_tether",
    "bill-without-graph": "firmware.sbom_empty_graph",
    "firmware-changed": "firmware.tampered",
    "version-spoofed": "firmware.reported_version",
    "bill-without-library": "papers.edits",
    "bill-of-another-build": "papers.edits",
    "linked-library": "firmware.linked_library",
    "unknown-controller": "papers.edits",
    "assembled-again": "papers.edits",
    "papers-contradict": "papers.edits",
    "another-certificate": "papers.edits",
    "no-hardware-bill": "papers.withheld",
    "radio-clone": "fitted.usb fitted.certificates",
    "undeclared-radio": "fitted.usb",
    "foreign-network-card": "network.mac",
    "swapped-autopilot": "mavlink.product_id",
    "attestation-of-earlier-build": "papers.edits",
    "builder-vouches-for-itself": "papers.edits",
    "attestation-altered": "papers.edits",
    "attestation-unsigned": "papers.edits",
    "exploited-modem": "papers.edits",
    "flaw-waved-away": "papers.edits",
    "flaw-in-triage": "papers.edits",
    "flaws-not-answered": "papers.withheld",
    "silent-rebuild": "firmware.rebuilt",
    "parameter-changed": "flight.stick_speed",
    "bench-tests-not-repeated": "papers.edits",
    "supplier-under-alias": "papers.edits",
    "owner-behind-holding": "papers.edits",
    "supplier-not-cleared": "papers.edits",
    "owners-not-told": "papers.edits",
    "resold-cloud": "papers.edits",
    "cloud-elsewhere": "papers.edits",
    "cloud-of-nobody": "papers.edits",
}
# what defects add to and do not replace
GROWING = {"papers.edits", "papers.withheld"}

FIELDS = [
    f"{part.name}.{item.name}" for part in fields(ArticleConfig) for item in fields(getattr(shipped(), part.name))
]


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue([ROOT / "suites" / domain for domain in DOMAINS])


def changed(before, after):
    """Dotted names of the fields that differ."""
    return [name for name in FIELDS if attrgetter(name)(before) != attrgetter(name)(after)]


def test_names_are_unique_and_known_here():
    assert len(module._ALL) == len(DEFECTS)
    assert set(DEFECTS) == set(CHANGES)
    assert all(name == defect.name == name.lower() and " " not in name for name, defect in DEFECTS.items())
    assert len({defect.summary for defect in DEFECTS.values()}) == len(DEFECTS)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_changes_what_it_says_and_nothing_else(name):
    sound = shipped()
    assert changed(sound, damage(sound, [name])) == CHANGES[name].split()
    # and never the sound one
    assert sound == shipped()


def test_no_two_defects_are_the_same():
    assert len({repr(damage(shipped(), [name])) for name in DEFECTS}) == len(DEFECTS)


def test_several_defects_come_together():
    both = damage(shipped(), ["debug-telnet", "weak-kdf"])
    assert sorted(changed(shipped(), both)) == ["network.debug_telnet", "recorder.weak_kdf"]
    assert damage(shipped(), []) == shipped()


def assert_together(first, second):
    """Both act, or the first is said to be undone by the second."""
    fields_of = {name: set(CHANGES[name].split()) for name in (first, second)}
    alone = [damage(shipped(), [name]) for name in (first, second)]
    shared = fields_of[first] & fields_of[second] - GROWING
    if any(attrgetter(name)(alone[0]) != attrgetter(name)(alone[1]) for name in shared):
        with pytest.raises(UsageError, match=f"--defect {first} is undone by one named after it"):
            damage(shipped(), [first, second])
    else:
        both = fields_of[first] | fields_of[second]
        assert changed(shipped(), damage(shipped(), [first, second])) == sorted(both, key=FIELDS.index)


@pytest.mark.parametrize("first", DEFECTS)
def test_two_defects_come_together_unless_they_contradict_each_other(first):
    for second in DEFECTS.keys() - {first}:
        assert_together(first, second)


def test_a_defect_named_twice_is_one():
    assert damage(shipped(), ["weak-kdf", "weak-kdf"]) == damage(shipped(), ["weak-kdf"])


def test_a_defect_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(
        UsageError,
        match=r"no defect 'weak_gains', did you mean 'weak-gains'\? \(all, with what each does: dronecert defects",
    ):
        find_defect("weak_gains")
    with pytest.raises(UsageError, match=r"no defect ''; there are weak-gains, .*version-spoofed"):
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


def test_every_requirement_of_data_at_rest_has_two_defects():
    caught = [name for defect in DEFECTS.values() for name in defect.caught_by]
    assert {name for name in (f"DAR-{number:02}" for number in range(1, 13)) if caught.count(name) < 2} == set()


def test_what_is_not_automatic_has_none(catalogue):
    assert set(catalogue.ids) > NOT_AUTOMATIC
    touched = {name for defect in DEFECTS.values() for name in (*defect.caught_by, *defect.also_touches)}
    assert not NOT_AUTOMATIC & touched


def test_nobody_can_add_one_on_the_way():
    with pytest.raises(TypeError):
        DEFECTS["another"] = DEFECTS["weak-gains"]
