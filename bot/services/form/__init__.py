"""The demand form being filled: drafts, and the talk that fills them."""
