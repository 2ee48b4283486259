"""An article on a bench, in real time: over serial ports, UDP or TCP, and a network card.

Must not import the packages beside it.
"""
