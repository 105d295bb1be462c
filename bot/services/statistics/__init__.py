"""What happened in a period, in figures: of demands, of chats, as files."""
