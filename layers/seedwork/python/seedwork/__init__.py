"""The shared kernel: the foundations of every bounded context, without anything specific to one of them."""
