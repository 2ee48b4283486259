"""What each role can do, whatever make fills it: the words that suites are written in.

Protocols only; the one package here that may import all others.
"""
