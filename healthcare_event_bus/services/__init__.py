"""Conducts: plain classes and functions that are given an environment."""
