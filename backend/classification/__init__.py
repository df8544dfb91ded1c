"""Text classification: trained experts, any labels without training, taught heads, explanations.

`service.Classification` is the only door. Importing this package is cheap.
"""
