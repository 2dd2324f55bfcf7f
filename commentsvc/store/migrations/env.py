"""Alembic's entry point: runs on the connection it is handed, in the caller's transaction."""

from alembic import context

from commentsvc.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
