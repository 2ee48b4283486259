"""What the article listens to."""

from harness.plugin.marks import requirement


@requirement("ENDP-05")
def test_exposes_declared_services_only(scanner, measure, probe):
    """Only the declared services answer on the article's network interface."""
    measure("undeclared_ports", scanner.probe(highest_tcp=probe.tcp))
