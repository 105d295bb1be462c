"""Chinese expressions of days and hours, resolved against the centre's calendar."""
