"""How the bundled picture models are made, each step a command: see README.md in this folder."""
