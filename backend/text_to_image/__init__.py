"""Text to image over any diffusers pipeline: a request, a loop that shows each step, what each word
did, recipes, films and what-ifs. Importing this package is cheap; torch comes with the easels."""
