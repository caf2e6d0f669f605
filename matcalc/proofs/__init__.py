"""Proofs that two expressions are equal: found by an ordered list of methods, told in lines."""
