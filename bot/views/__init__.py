"""Facts into messages, in a person's language. Pure."""
