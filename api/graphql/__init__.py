"""What both GraphQL endpoints share: GraphQL over HTTP, limits, error texts, lists with cursors, dates.

Promises: every answer is JSON that says what to do; nothing of SQL, of a stack or of a person leaves in an error; a
document of any shape within the size limit is answered or refused in a bounded time. May import ``projections``,
``tenants`` and ``domain``; holds no rule of the field and no SQL.
"""
