"""What Git, the AWS CLI and AWS prescribe, as pure functions on values."""
