"""The list of tickets (screens, Assistenza Clienti)."""
