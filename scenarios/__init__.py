"""The script of a mystery contact as data, and the engine that walks one. Pure: no clock, no I/O, no chance."""
