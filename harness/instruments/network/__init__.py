"""The roles network and scanner: what the article sends, what it listens to, and whom it believes.

The internet that it meets is ``gateway`` beside this.
"""
