"""The embedded drone as a target: in lockstep, in virtual time, or with its companion as a process of its own.

Must not import the packages beside it.
"""
