"""Duplicates: rows that say what another row says, word for word or nearly."""
