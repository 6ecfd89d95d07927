"""The database: schema, writing and reading."""
