"""What coordinators and organizers are shown, a subject a file: facts to messages, pure."""
