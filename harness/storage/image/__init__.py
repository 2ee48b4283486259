"""An acquired image as bytes: its sources, partitions, pieces and statistics.

Must not import the packages beside it.
"""
