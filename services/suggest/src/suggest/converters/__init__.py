"""Between messages and what the cores speak of: a module a core, and `shared` for what all of them say."""
