"""Chains: tables that follow from one another in every round, declared once."""
