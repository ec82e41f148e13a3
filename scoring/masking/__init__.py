"""Where personal data stands in a text: a file for each sort of it. ``scoring.redaction`` takes it out."""
