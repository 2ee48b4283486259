"""What lies on an image as a volume: file systems, and encrypted ones with the authorised way in.

May import ``image`` beside it.
"""
