"""Tries documents and orders out: the real services in a dry run, and what they found as plain values for a screen."""
