"""Who works at the desk: accounts, signing in, and the record of what they did."""
