"""Text classification: trained experts, labels of one's own, teaching, and the reasons why.

`service.Classification` is what the tab talks to. Importing this package is cheap.
"""
