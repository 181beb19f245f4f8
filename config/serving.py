"""How gunicorn serves, wherever it does: ``gunicorn --config python:config.serving config.wsgi``.

Threads, because a process that answers one request at a time is killed by gunicorn in the middle
of a file that takes longer to send than ``timeout``, and tells nobody its health while it is busy.
What is accepted, and what waits to be, is bounded; so is what is worked at (config/crowding.py).
"""

worker_class = "gthread"
threads = 12  # of a process: those at work, those in line, two to turn away and to tell the health
worker_connections = 64  # accepted by one process, idle ones among them
backlog = 128  # not yet accepted
