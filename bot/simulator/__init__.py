"""A stand-in for the WeChat platform, for trying out and for tests; never in production."""
