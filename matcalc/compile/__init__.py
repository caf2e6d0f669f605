"""Code from expressions: a plan of array operations, its source text, and a callable.

expression DAG -> `terms` (array operations, shared where equal) -> source -> function.
"""
