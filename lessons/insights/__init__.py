"""What only the records together show: each insight a question, a method and a table."""
