"""Messaging channels: one port, several implementations that do not know each other."""
