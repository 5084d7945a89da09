"""A Windows machine under wine: the real Windows Python, git.exe and AWS CLI, and the doctor."""
