"""How AWS decides on a request: policies, conditions, actions."""
