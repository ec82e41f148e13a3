"""Use cases, one file or small folder for each kind of person."""
