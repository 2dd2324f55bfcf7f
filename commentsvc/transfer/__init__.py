"""Comments on their way: whole installations as backups, sites as exports and imports."""
