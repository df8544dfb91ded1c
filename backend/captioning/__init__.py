"""Captions that can be looked into: each word's probability, its alternatives, where it looked.

Importing this package is cheap; torch and the models load with the first caption.
"""
