"""What a person sees: the pages and the command line. Reads through queries and writes through actions, never past them."""
