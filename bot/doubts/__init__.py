"""Marks of doubt on a report: pure functions over facts. Each mark is a question for a person, never an accusation."""
