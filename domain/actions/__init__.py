"""Use cases, one verb a file. Each takes a session and a frozen command, checks permission and version itself, and never commits."""
