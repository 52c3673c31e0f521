"""HTTP: one blueprint per subject, wire types, streaming, and one table from error to status."""
