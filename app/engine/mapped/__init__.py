"""A model's file while its weights are used where they lie."""
