"""People and messaging channels: who may do what, what they read, and how it reaches them."""
