"""HTTP and pages, knowing no feature: forms, formats, errors, headers, addresses of static files."""
