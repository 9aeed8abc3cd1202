"""Writers: models that draft stories, each a `StoryWriter` (see `stridetale.story`)."""
