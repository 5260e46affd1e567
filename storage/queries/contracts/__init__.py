"""Contracts: balance, ledger, covered tickets."""
