"""Samples of the record: drawn, examined, told in a workpaper; findings that offices answer."""
