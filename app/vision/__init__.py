"""Pictures: the text that is in them."""
