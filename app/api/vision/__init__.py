"""Pictures in, text out."""
