"""Views over the record: Allure results and HTML, PDF, CSV matrix, JUnit, terminal table, plots.

A view draws what ``harness.evidence`` read and judged; it never judges. Imports ``evidence``, ``judgement`` and
``errors`` only, and reads nothing but the record and its attachments, so that every view can be made again.
matplotlib and typst load on first use; allure is imported in ``allure`` only.
"""
