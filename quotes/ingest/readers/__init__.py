"""Readers: one module for each kind of input that is more than plain text."""
