"""What a message in the middle of the form means: answer, command, question, correction."""
