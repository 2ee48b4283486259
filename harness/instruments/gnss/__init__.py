"""The role gnss: the satellite signals that the article navigates by."""
