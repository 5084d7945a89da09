"""An environment doctor for Git over HTTPS to AWS CodeCommit."""

__version__ = "0.1.0"
