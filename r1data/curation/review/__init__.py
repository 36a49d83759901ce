"""Reviews: candidates before people, what they decide, and what becomes of it."""
