"""The plugin and the role fixtures, and nothing else."""

pytest_plugins = ("harness.plugin.hooks", "fixtures.roles")
