"""What survives a restart: the only home of SQLAlchemy and of the object store."""
