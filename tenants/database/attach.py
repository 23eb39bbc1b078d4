"""How a second program reaches the PostgreSQL that another one of ours runs for the same data folder."""

from pathlib import Path

from psycopg.conninfo import make_conninfo

from tenants.database.cluster import ADMIN, Cluster
from tenants.database.embedded import DATABASE
from tenants.database.settings import SETTINGS


def attached_conninfo(folder: Path) -> str:
    """The admin connection string of the running server of this data folder; starts nothing.

    Raises an EmbeddedFault when the folder is no cluster of ours or belongs to another user.
    """
    cluster = Cluster(folder.resolve())
    socket = cluster.socket_folder(cluster.account())
    return make_conninfo(
        host=str(socket),
        port=SETTINGS["port"],
        dbname=DATABASE,
        user=ADMIN,
        password=cluster.password(),
        connect_timeout=10,
    )
