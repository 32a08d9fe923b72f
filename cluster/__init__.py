"""The parts of an installation past one machine, started together on one: `make cluster`."""
