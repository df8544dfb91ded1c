"""What every tab uses. Knows no tab."""
