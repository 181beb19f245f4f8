"""Outages by real means: gunicorn, a database of its own that goes away, disks that are full.

``site`` puts it together, ``served`` is what gunicorn serves, ``disks`` are small ones.
"""

RECORDS = 600  # more than are read together for a file at first
