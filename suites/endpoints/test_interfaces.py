"""Ways in that a product leaves open."""

from harness.plugin.marks import requirement


@requirement("ENDP-08")
def test_closes_debug_interfaces(scanner, measure):
    """Debug and service interfaces are closed or give nothing before a login."""
    interfaces = scanner.try_interfaces()
    measure("undeclared_interfaces", interfaces.undeclared_interfaces)
    measure("unauthenticated_interfaces", interfaces.unauthenticated_interfaces)
