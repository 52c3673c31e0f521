"""Pictures for models that see: parts of a prompt that are no tokens."""
