"""Tests of the whole running product."""
