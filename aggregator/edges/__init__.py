"""What we touch: one module for each outside thing, none of them with an opinion."""
