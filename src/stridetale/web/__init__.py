"""The web: the JSON API, the page, and what guards them."""
