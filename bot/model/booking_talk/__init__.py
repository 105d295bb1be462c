"""What a message about booking asks for."""
