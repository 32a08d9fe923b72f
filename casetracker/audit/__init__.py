"""Reading the record: verification, exports, the auditor's pages."""
