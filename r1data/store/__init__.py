"""Tables on disk: immutable shards, a manifest each, one SQL catalog over all of them."""
