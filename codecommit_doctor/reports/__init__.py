"""The report as data, and what reads, compares and packs reports."""
