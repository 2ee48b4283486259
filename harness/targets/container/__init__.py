"""An article in a container of the Docker engine. The engine is asked in ``engine`` alone.

May import ``bench`` beside it.
"""
