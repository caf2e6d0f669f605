"""The derivation of a result, line by line, as on the board."""
