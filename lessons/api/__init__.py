"""The API: what the pages show and the verbs do, as JSON (docs/api.md)."""
