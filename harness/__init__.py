"""dronecert: a hardware-in-the-loop certification test harness for drones.

The distribution and the command are called ``dronecert``; the import name is ``harness``.
``docs/architecture.md`` draws the packages and which may import which.
"""

__version__ = "0.1.0"
