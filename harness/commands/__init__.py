"""What the verbs of the command line do, one module a verb; ``harness.cli`` only parses and dispatches.

May import all of the harness; must not import ``fixtures`` or ``suites``.
"""
