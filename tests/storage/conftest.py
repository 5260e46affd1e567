"""Every test here ends with a check that nothing is billed twice and nothing is missing."""

from tests.support.proving import corruptible, database, world

__all__ = ["corruptible", "database", "world"]
