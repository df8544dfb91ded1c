"""Pictures to sentences that can be looked into: each word's chance, its rivals, where it looked.

Importing this package is cheap; torch and the models load with the first caption.
"""
