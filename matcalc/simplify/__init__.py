"""Simplification: matching, rewriting by the book's identities, and the form of an answer."""
