"""The only SQL: engine, schema, one module a table, migrations."""
