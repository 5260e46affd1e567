"""Every test here ends with the proof that nothing was billed twice and nothing leaked."""

from tests.support.proving import corruptible, database, world

__all__ = ["corruptible", "database", "world"]
