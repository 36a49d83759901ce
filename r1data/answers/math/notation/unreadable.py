"""The error of a text that is no formula."""


class UnreadableError(ValueError):
    """A text is no formula that is read here; the message says what was met."""
