"""Use cases, one verb a file: a session and a frozen command in, permission and version checked inside, no commit."""
