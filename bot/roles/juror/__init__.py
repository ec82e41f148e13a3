"""A juror: tasks, walking a contact, sending evidence."""
