"""Expressions as other systems have them."""
