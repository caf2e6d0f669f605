"""The public verbs, one a file: each asks a question and gives an answer."""
