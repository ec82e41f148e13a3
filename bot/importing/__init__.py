"""Tables that people send: what they hold, every problem with its row, column, value and a suggestion. Pure."""
