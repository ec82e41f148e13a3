"""Hostile input in bulk: generated updates, frames and files, and what the house makes of them."""
