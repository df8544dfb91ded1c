"""The text-to-image tab."""
