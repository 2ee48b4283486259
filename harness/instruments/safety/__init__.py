"""The roles estop and takeover: safety devices that act without the harness, which only reads them."""
