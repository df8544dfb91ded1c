"""The parts of the text-to-image tab, one file each."""
