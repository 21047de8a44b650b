"""Measures Tenantry side by side with other servers of the same schema. Start at run.py."""
