"""Your own documents: read, cut into chunks, found by words and by meaning, and cited."""
