"""The models themselves: the one list of rows, where weights come from, and the networks."""
