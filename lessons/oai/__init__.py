"""OAI-PMH 2.0 for harvesters: what is published, as Dublin Core, and what no longer is."""

from .protocol import answer

__all__ = ["answer"]
