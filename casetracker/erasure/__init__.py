"""Erasing what is personal of closed cases when their programme's period is over: figures and chains stay."""
