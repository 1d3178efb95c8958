"""Same answer, different reason: how far models agree on why."""
