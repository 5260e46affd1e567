"""The ticket list, single tickets, and the reasons why tickets are blocked."""
