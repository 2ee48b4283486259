"""The roles truth, tracker and camera: where the article really is and looks, by instruments that are not the article.

Must not import ``wind`` or ``vehicle`` beside it.
"""
