"""Differentials, linear maps, their adjoints and their Kronecker form."""
