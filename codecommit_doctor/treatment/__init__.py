"""Carries out fixes: preview, apply, verify, journal, undo. The only place that writes."""
