"""What databases of earlier releases look like, each a backup with the manifest of its archive.

``python -m tests.releases VERSION`` makes the next one (docs/releasing.md).
"""
