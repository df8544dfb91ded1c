"""Speed and memory, side by side with a plain baseline in the same run: `make bench`.

Ratios of medians, taken in turn (A B A B ...), so that a drifting machine drifts for both.
Nothing here passes or fails: the figures are for people.
"""
