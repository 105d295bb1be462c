"""What an answer to a field means: one module for each kind of value."""
