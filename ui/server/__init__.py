"""Between NiceGUI and the domain: sign-ins, transactions, threads, live changes and background runs."""
