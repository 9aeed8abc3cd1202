"""Where activities and stories are kept: implementations of `stridetale.library.Store`."""
