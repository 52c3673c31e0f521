"""Where documents come from: files, folders that are watched, pages and sites of the web."""
