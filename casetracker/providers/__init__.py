"""Providers: who is paid, and the confirmed accounts the money goes to."""
