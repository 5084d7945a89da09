"""The built-in checks, one file each. Being in this folder is all the registration there is."""
