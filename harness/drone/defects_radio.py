"""Defects of the radio link: what the drone does without it, and what it obeys and tells over it."""

from dataclasses import replace

from harness.drone.defect import Defect, part

RADIO_DEFECTS = (
    Defect(
        name="ignores-link-loss",
        summary="nothing happens when the ground station falls silent",
        caught_by=("RADIO-01", "RADIO-04"),
        also_touches={
            "SUP-11": "a parameter is not what it was when its results were made",
            "RADIO-09": "the fade ends with the loss of the link, after which nothing happens",
        },
        change=part("flight", link_loss_action="none"),
    ),
    Defect(
        name="late-failsafe",
        summary="the link-loss action starts long after the declared time",
        caught_by=("RADIO-01", "RADIO-04"),
        also_touches={"SUP-11": "a parameter is not what it was when its results were made"},
        change=part("flight", link_loss_timeout=12.0),
    ),
    Defect(
        name="lands-on-link-loss",
        summary="lands where it is instead of returning as declared",
        caught_by=("RADIO-01", "RADIO-04"),
        also_touches={
            "SUP-11": "a parameter is not what it was when its results were made",
            "RADIO-02": "a landing that was not declared is a change of mode that nobody expects",
        },
        change=part("flight", link_loss_action="land"),
    ),
    Defect(
        name="eager-failsafe",
        summary="the link-loss action starts after a silence that it is declared to bear",
        caught_by=("RADIO-04",),
        also_touches={
            "SUP-11": "a parameter is not what it was when its results were made",
            "RADIO-02": "it has already left its mode after a loss of one second",
        },
        change=part("flight", link_loss_timeout=1.5),
    ),
    Defect(
        name="resumes-after-loss",
        summary="when the link is back, it goes on by itself with what the loss had ended",
        caught_by=("RADIO-02",),
        also_touches={"RADIO-09": "it leaves its way home as soon as the fade is over, and never lands"},
        change=part("flight", link_resume=True),
    ),
    Defect(
        name="deaf-after-loss",
        summary="after a longer silence the radio modem hears nothing until it is switched off",
        caught_by=("RADIO-02",),
        also_touches={
            "RADIO-01": "what no longer hears its station cannot be flown again for the next run",
            "RADIO-04": "the pilot cannot take back what no longer hears",
        },
        change=part("mavlink", radio_deaf_after=5.0),
    ),
    Defect(
        name="slow-link-scheduler",
        summary="what comes in by radio is looked at twice a second only",
        caught_by=("RADIO-03",),
        also_touches={
            name: "an order waits up to half a second, so its rightly signed twin is not seen obeyed in time"
            for name in ("RADIO-06", "RADIO-12")
        },
        change=part("mavlink", radio_period=0.5),
    ),
    Defect(
        name="slow-telemetry",
        summary="what is sent by radio waits half a second in the modem",
        caught_by=("RADIO-03",),
        change=part("mavlink", radio_delay=0.5),
    ),
    Defect(
        name="repeats-orders",
        summary="an order that is sent again, because its answer was lost, is obeyed again",
        caught_by=("RADIO-04",),
        change=part("mavlink", repeat_within=0.0),
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
        also_touches={"ENDP-09": "a question signed with a guessed key is answered like any other"},
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
        also_touches={
            "SUP-11": "a parameter is not what it was when its results were made",
            **dict.fromkeys(("RADIO-01", "RADIO-04", "RADIO-09"), "the loss of the link alone is not acted on either"),
        },
        change=lambda config: replace(
            config, flight=replace(config.flight, position_loss_action="none", link_loss_action="none")
        ),
    ),
)
