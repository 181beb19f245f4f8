"""Documents in: from a file to metadata and passages."""
