"""Use cases, one verb a file.

An action takes a session and a frozen command, checks permission and version itself, and records the change in the history.
Actions never commit: the caller's transaction does. An action raises a Refused, with nothing written, or returns its result.
"""
