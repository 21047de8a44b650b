"""What a client is told when a read fails: a code that programs act on, and a message that names the remedy."""

from __future__ import annotations


class EngineError(Exception):
    """A failure whose code and message may be shown to a client as they are."""

    code = "INTERNAL"
    message = "The read failed here, not in the request. Try again later, and tell the operator if it stays."

    def __init__(self, message: str | None = None):
        if message is not None:
            self.message = message
        super().__init__(self.message)


class BadRequest(EngineError):
    """The request asks for what cannot be; its message says what to write instead."""

    code = "BAD_REQUEST"

    def __init__(self, message: str):
        super().__init__(message)


class InvalidCursor(EngineError):
    """The row that a cursor names is gone, hidden from the viewer, or not in this list."""

    code = "INVALID_CURSOR"
    message = "The cursor names no row of this list that you may see. Start again without `after` and `before`."


class TooLarge(EngineError):
    """The answer outgrew the limit."""

    code = "ANSWER_TOO_LARGE"
    message = "The answer is larger than it may be. Ask for fewer rows per page or fewer fields."

    def __init__(self, limit: int | None = None):
        super().__init__(None if limit is None else
                         f"The answer is larger than {limit:,} bytes. Ask for fewer rows per page or fewer fields.")


class TimedOut(EngineError):
    """The database was stopped at the limit, given in seconds."""

    code = "TIMEOUT"
    message = "The database took too long. Ask for fewer rows per page or fewer fields."

    def __init__(self, limit: float | None = None):
        super().__init__(None if limit is None else
                         f"The database took longer than {limit:g} s. Ask for fewer rows per page or fewer fields.")


class Unavailable(EngineError):
    """The database is out of reach or overloaded; `retry_after` is how many seconds to wait before asking again."""

    code = "UNAVAILABLE"
    message = "The database cannot answer just now. Ask again in a second."

    def __init__(self, message: str | None = None, *, retry_after: float = 1.0):
        super().__init__(message)
        self.retry_after = retry_after


class UnfitDatabase(Exception):
    """The database answers, but is not set up as the engine needs it. For the operator at start-up, not for clients."""
