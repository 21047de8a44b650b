"""Work that outlives a request: shallow handlers, and the engine that runs them."""
