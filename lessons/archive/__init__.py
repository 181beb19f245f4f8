"""The archive: all that an installation holds in one documented file, and back (docs/archive.md).

Every model of ours is in it unless `LEFT_OUT` says why not; so a new one is, without a word here.
"""

from .contents import KEPT_APPS, LEFT_OUT, ArchiveError, kept_models, undecided
from .packing import dump
from .unpacking import load

__all__ = [
    "KEPT_APPS",
    "LEFT_OUT",
    "ArchiveError",
    "dump",
    "kept_models",
    "load",
    "undecided",
]
