"""The role storage: the article's media, read, changed and searched while its power is off."""
