"""PX4 on a board in hardware-in-the-loop: our plant over a serial port, in real time.

May import ``bench`` and ``programs`` beside it.
"""
