"""Loops in texts: what stands again and again, and where that begins."""
