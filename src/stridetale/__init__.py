"""Stridetale: a recorded activity in, a short true story out."""
