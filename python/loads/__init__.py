"""Loads: load tests that look like unit tests."""
