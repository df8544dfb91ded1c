"""The text generation tab."""
