"""The role spectrum: what an analyser sees of an article, and whose each line is."""
