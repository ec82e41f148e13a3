"""From answers to scores. Pure: no clock, no I/O, no chance."""
