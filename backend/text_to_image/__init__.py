"""Text to image over any diffusers pipeline: previews of each step, word attribution maps, recipes,
films, and the same noise under other settings. Importing this package is cheap; torch is imported
with the pipeline adapters."""
