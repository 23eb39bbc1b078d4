"""Files beside the log: taken in as a stream, looked at, encrypted, kept under their digest, read again (添付ファイル).

What lies in the storage is ``<city>/<SHA-256 of it>``, encrypted segment by segment under a key of its own
(``segments.py``); a file is whole there or not at all. Until a command names it, a file is an upload of its member
(``uploads.py``) that is thrown away after a day. What a record says of its files is an event (``domain/files.py``).
Nothing here runs a file, unpacks more of it than its list of contents, or makes it into something to be shown.
"""
