"""What a person types: text to expressions, with shapes inferred and mistakes explained."""
