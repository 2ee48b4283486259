"""The pytest surface: options, markers, collection, outcome, and the Allure bridge.

The hooks live in ``harness.plugin.hooks`` (loaded by the root ``conftest.py``) and do nothing unless ``--rig`` is
given. Only this package and ``fixtures`` import pytest. Must not import ``fixtures``, ``suites`` or ``harness.cli``.
"""
