"""The evaluation: tells stories of invented activities, and measures them. `stridetale eval`.

    invented activities -> stories (story.py) -> the independent reader -> figures -> report

Nothing else of the package imports it. What it knows of language (`reader.py`, `known.py`,
`quantities.py`, `vocabulary.toml`) is its own: a mistake of grounding is not repeated here.
"""
