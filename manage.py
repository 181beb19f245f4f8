#!/usr/bin/env python
"""Hindsight's command line: ``python manage.py help`` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from lessons.outages import Outage, outage


def main() -> None:
    """Do what is asked; where there is no room for it, say that in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if "--traceback" in sys.argv or outage(error) is not Outage.STORAGE:
            raise
        sys.exit(f"There is no room on the disk, or it is read-only. Make room, try again. {error}")


if __name__ == "__main__":
    main()
