"""The captioning tab's sections, one file each."""
