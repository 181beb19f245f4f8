"""``manage.py dbshell`` against the embedded server, with the psql that fits it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import client

from .server import server_at


class DatabaseClient(client.DatabaseClient):
    """Finds the server, its password and its psql by itself."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """Return psql's command line and environment; starts the server if need be."""
        server = server_at(settings_dict["OPTIONS"]["data_dir"])
        reached = {key.upper(): value for key, value in server.ensure().items()}
        args, env = super().settings_to_cmd_args_env({**settings_dict, **reached}, list(parameters))
        return [server.program("psql"), *args[1:]], env

    def runshell(self, parameters: Iterable[str]) -> None:
        """Run psql, on a database that exists: connecting creates it."""
        self.connection.ensure_connection()
        self.connection.close()
        super().runshell(parameters)
