"""The Django database backend: PostgreSQL's, with a server that is there when it is needed."""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from django.db.utils import IntegrityError, ProgrammingError

from .client import DatabaseClient
from .server import START_TIMEOUT, EmbeddedServer, server_at

RETRY_INTERVAL = 0.1  # seconds
MADE_MEANWHILE = {"42P04", "23505"}  # duplicate_database, or the same a moment earlier


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the embedded server at the first connection and again whenever it is gone."""

    client_class = DatabaseClient

    @property
    def embedded_server(self) -> EmbeddedServer:
        """The server of ``OPTIONS["data_dir"]``; looking at it starts nothing."""
        try:
            return server_at(self.settings_dict["OPTIONS"]["data_dir"])
        except KeyError:
            raise ImproperlyConfigured(
                'DATABASES needs OPTIONS = {"data_dir": ...} for the embedded database.'
            ) from None

    def get_connection_params(self) -> dict[str, Any]:
        """Return libpq's parameters once the server runs; errors as EmbeddedServer.ensure()."""
        server = self.embedded_server
        params = super().get_connection_params()
        del params["data_dir"]
        return {**params, **server.ensure()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; wait up to START_TIMEOUT seconds for a server that is on its way."""
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                return super().get_new_connection(conn_params)
            except self.Database.OperationalError as error:
                late = time.monotonic() > deadline
                if late or not self._mended(str(error), conn_params["dbname"]):
                    raise
                time.sleep(RETRY_INTERVAL)

    def _mended(self, refusal: str, database: str) -> bool:
        """Say whether the next attempt may succeed, after doing what lets it.

        The server speaks English to us (its lc_messages is C), and libpq gives no code here.
        """
        if f'database "{database}" does not exist' in refusal:
            self._create_database(database)
        elif "the database system is" in refusal or not self.embedded_server.is_running():
            self.embedded_server.ensure()
        else:
            return False
        return True

    def _create_database(self, name: str) -> None:
        try:
            with self._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {self.ops.quote_name(name)}")
        except (ProgrammingError, IntegrityError) as error:
            if getattr(error.__cause__, "pgcode", None) not in MADE_MEANWHILE:
                raise
