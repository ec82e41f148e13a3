"""What coordinators and organizers do, a subject a file; each file's ``SUBJECT`` says what it hears."""
