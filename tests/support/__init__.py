"""Which gits the program works with: old ones imitated, and tried."""
