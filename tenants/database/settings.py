"""How our own PostgreSQL is set: nothing is lost in a crash, and nothing a person typed stands in its log.

The settings go on the command line rather than into a file: so neither ALTER SYSTEM nor an edited file can turn fsync
off, and no file need be written into a folder that belongs to another user. What is not listed here may be tuned in
`server/data/postgresql.conf`.
"""

from collections.abc import Mapping

SETTINGS: Mapping[str, str] = {
    # Only a socket in a private folder; no network.
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    # An acknowledged commit is on the disk.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",  # so that pg_basebackup works
    "wal_compression": "pglz",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
    "restart_after_crash": "on",
    # Modest: it shares the machine with the program.
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    # A log of one week without statements, values or the text of errors, which may quote what a person typed.
    # Errors reach the program that caused them; of the log levels, `log` is above `error`.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}
