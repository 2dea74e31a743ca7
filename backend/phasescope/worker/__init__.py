"""The worker: leases shards from a server, trains, measures, uploads; it may die at any instruction."""
