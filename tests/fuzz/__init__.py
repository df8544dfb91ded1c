"""Rough handling: bad calls, forged page calls, mutated files, crowds of visitors, faults.

`make fuzz` and `make soak` are the long forms; `test_fuzz.py` is a short one for the ordinary run.
Everything is made by chance from a seed and has a name, such as /caption#17 or pictures#2041, by
which `python -m tests.fuzz --only NAME` makes it again.
"""
