"""Where the article sends to."""

from harness.plugin.marks import requirement


@requirement("ENDP-01")
def test_sends_to_declared_endpoints_only(vehicle, network, measure, exercise):
    """From first power-on over idle, flight and after, nothing goes to an endpoint that is not declared."""
    vehicle.linger(exercise.idle)
    with vehicle.hovering(at=exercise.height):
        vehicle.linger(exercise.flight)
    vehicle.linger(exercise.after)
    sent = network.audit()
    measure("undeclared_flows", sent.undeclared_flows)
    measure("undeclared_bytes", sent.undeclared_bytes)
