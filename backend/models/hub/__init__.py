"""The Hugging Face hub: whether it answers, what a repository holds, and its files on this disk.

The library's own downloads (huggingface_hub 2) keep no part of a file that was broken off, tell
their progress every ten megabytes, and cannot be stopped while a server is silent. So files are
fetched here, into the library's cache as the library lays it out; it finds them there.
"""
