"""Tables and files in, records out."""
