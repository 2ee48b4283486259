"""What a stranger can read from the air."""

from harness.plugin.marks import requirement


@requirement("RADIO-07")
def test_keeps_its_links_confidential(vehicle, intruder, measure, capture):
    """Nothing that goes through the air can be read by who has no key: no frame, canary, position or pattern."""
    with vehicle.hovering(at=capture.height), intruder.listening() as heard:
        vehicle.tell(heard.canary.text)
        vehicle.linger(capture.duration)
    measure("protocol_hits", heard.found.protocol_hits)
    measure("canary_hits", heard.found.canary_hits)
    measure("repeated_blocks", heard.found.repeated_blocks)
    measure("compressible_payloads", heard.found.compressible_payloads)
