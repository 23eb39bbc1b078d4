"""What can go wrong with the database, each said in a sentence that tells the operator what to do.

DatabaseFault
├── EmbeddedFault               our own PostgreSQL in the data folder
│   ├── DataFolderInUse         another process owns the folder
│   ├── DataFolderVersion       another major version of PostgreSQL made it
│   ├── DataFolderDamaged       something that belongs there is missing
│   ├── DataFolderForeign       it belongs to another user, or cannot be written
│   ├── DiskFull                no space left
│   ├── ProgramsUnusable        the PostgreSQL programs are missing or cannot be run
│   └── ServerDidNotStart       PostgreSQL ended before it was ready
├── AccessFault                 any PostgreSQL
│   ├── ServerUnreachable       nobody answers, or not to us
│   ├── ServerTooOld            before version 16
│   ├── PoolerInBetween         a connection pooler answers in its place
│   ├── SecretUnusable          the secret file is damaged or open to others
│   ├── RolesForeign            the roles belong to another renkei database
│   └── RolesRefused            we may not create or change the roles
└── MigrationFault
    ├── MigrationsMisnumbered   the files themselves are wrong
    ├── MigrationChanged        an applied file was edited
    ├── DatabaseNewer           a newer program has been here
    ├── MigrationBusy           the tables stayed in use for too long
    └── MigrationFailed         PostgreSQL refused a statement
"""


class DatabaseFault(Exception):
    """Anything that keeps the database from being used; the text is meant for the operator."""


class EmbeddedFault(DatabaseFault):
    """Our own PostgreSQL cannot run in the data folder."""


class DataFolderInUse(EmbeddedFault):
    """Another process owns the data folder."""


class DataFolderVersion(EmbeddedFault):
    """The data folder was made by another major version of PostgreSQL."""


class DataFolderDamaged(EmbeddedFault):
    """The data folder lacks something that belongs there."""


class DataFolderForeign(EmbeddedFault):
    """The data folder belongs to another user, or cannot be written."""


class DiskFull(EmbeddedFault):
    """The disk of the data folder has no space left."""


class ProgramsUnusable(EmbeddedFault):
    """The PostgreSQL programs are missing or cannot be run."""


class ServerDidNotStart(EmbeddedFault):
    """PostgreSQL ended before it was ready."""


class AccessFault(DatabaseFault):
    """The server may not be used as it is."""


class ServerUnreachable(AccessFault):
    """Nobody answers at the given address, or not to us."""


class ServerTooOld(AccessFault):
    """The server is older than PostgreSQL 16."""


class PoolerInBetween(AccessFault):
    """A connection pooler answers in the server's place."""


class SecretUnusable(AccessFault):
    """The secret file is damaged, or others can read it."""


class RolesForeign(AccessFault):
    """The server's renkei roles belong to another renkei database."""


class RolesRefused(AccessFault):
    """The given account may not create or change the roles and schemas."""


class MigrationFault(DatabaseFault):
    """The tables cannot be brought up to date."""


class MigrationsMisnumbered(MigrationFault):
    """Two files share a number, or a file's name is not of the form 0001_name.sql."""


class MigrationChanged(MigrationFault):
    """A file that was applied earlier has another content now."""


class DatabaseNewer(MigrationFault):
    """The database knows a migration that this program does not."""


class MigrationBusy(MigrationFault):
    """The tables stayed in use for too long."""


class MigrationFailed(MigrationFault):
    """PostgreSQL refused a statement of a migration; nothing of that file was kept."""
