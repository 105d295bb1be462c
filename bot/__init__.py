"""The quality-service assistant: gateway, services, desk and their wiring."""
