"""Tests that are installed with Loads."""
