"""One document at a time: its words and letters, cleaning, filters, language, personal data, and likeness to others."""
