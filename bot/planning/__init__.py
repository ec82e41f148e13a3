"""The plan: who contacts whom, by which mode, in which week. Pure: facts in, plan out."""
