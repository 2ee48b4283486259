"""Defects of the radio link: what the drone does without it, and what it obeys and tells over it."""

from dataclasses import replace

from harness.drone.defect import Defect, part

RADIO_DEFECTS = (
    Defect(
        name="ignores-link-loss",
        summary="nothing happens when the ground station falls silent",
        caught_by=("RADIO-01",),
        change=part("flight", link_loss_action="none"),
    ),
    Defect(
        name="late-failsafe",
        summary="the link-loss action starts long after the declared time",
        caught_by=("RADIO-01",),
        change=part("flight", link_loss_timeout=12.0),
    ),
    Defect(
        name="lands-on-link-loss",
        summary="lands where it is instead of returning as declared",
        caught_by=("RADIO-01",),
        change=part("flight", link_loss_action="land"),
    ),
    Defect(
        name="accepts-corrupt",
        summary="frames are obeyed without a look at their checksum",
        caught_by=("RADIO-05",),
        change=part("mavlink", check_crc=False),
    ),
    Defect(
        name="any-seed",
        summary="a checksum counts as right with any seed",
        caught_by=("RADIO-05",),
        change=part("mavlink", any_seed=True),
    ),
    Defect(
        name="accepts-unsigned",
        summary="radio ports obey frames without a look at their signature",
        caught_by=("RADIO-06", "RADIO-12"),
        change=part("mavlink", accept_unsigned=True),
    ),
    Defect(
        name="accepts-mavlink1",
        summary="radio ports obey MAVLink 1, which cannot be signed",
        caught_by=("RADIO-06",),
        change=part("mavlink", accept_mavlink1=True),
    ),
    Defect(
        name="accepts-replay",
        summary="the time of a signature is not looked at",
        caught_by=("RADIO-06",),
        change=part("mavlink", accept_replay=True),
    ),
    Defect(
        name="accepts-old",
        summary="a stream of signed frames may begin at any time after power-on",
        caught_by=("RADIO-06",),
        change=part("mavlink", accept_old=True),
    ),
    Defect(
        name="open-key-setup",
        summary="radio ports take a new key from anyone",
        caught_by=("RADIO-06", "RADIO-12"),
        change=part("mavlink", open_key_setup=True),
    ),
    Defect(
        name="link-plaintext",
        summary="the radio modem encrypts nothing",
        caught_by=("RADIO-07",),
        change=part("modem", encrypted=False),
    ),
    Defect(
        name="link-nonce-reuse",
        summary="every datagram of the link is sealed with the same key stream",
        caught_by=("RADIO-07",),
        change=part("modem", reuse_nonce=True),
    ),
    Defect(
        name="link-beacon",
        summary="what carries a position goes out a second time, readable",
        caught_by=("RADIO-07",),
        change=part("modem", beacon=True),
    ),
    Defect(
        name="no-link-warning",
        summary="nobody is told of a weak link",
        caught_by=("RADIO-09",),
        change=part("modem", warns=False),
    ),
    Defect(
        name="late-link-warning",
        summary="the warning comes half a decibel before the loss, and so does the inhibition of arming",
        caught_by=("RADIO-09",),
        change=part("modem", weak_below=-104.5),
    ),
    Defect(
        name="arms-on-weak-link",
        summary="a weak link does not keep it from arming",
        caught_by=("RADIO-09",),
        change=part("modem", inhibits=False),
    ),
    Defect(
        name="flies-on-dead-reckoning",
        summary="goes on by dead reckoning long after the satellites are gone",
        caught_by=("RADIO-11",),
        change=part("flight", position_timeout=600.0),
    ),
    Defect(
        name="stays-without-position",
        summary="nothing is done when position and link are lost",
        caught_by=("RADIO-11",),
        also_touches={"RADIO-01": "the loss of the link alone is not acted on either"},
        change=lambda config: replace(
            config, flight=replace(config.flight, position_loss_action="none", link_loss_action="none")
        ),
    ),
)
