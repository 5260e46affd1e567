"""The home page: figures and charts, each of which opens the list behind it."""
