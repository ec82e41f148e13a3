"""Pictures, tables and documents, drawn from facts: no database, no channel."""
