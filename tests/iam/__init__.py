"""The evaluation of policies, alone and against evaluators that others wrote."""
