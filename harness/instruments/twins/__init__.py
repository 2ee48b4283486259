"""Simulated twins of bench instruments: they speak the same bytes over pseudo-terminals and sockets.

Around the embedded drone, in a process of its own and in real time, so that a bench can be rehearsed without one.
"""
