"""Clones that attack whoever looks at them."""
