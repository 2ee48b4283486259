"""The roles power and relay: what the article's supply gives, and switching it."""
