"""Many draws of one prompt as a tree."""
