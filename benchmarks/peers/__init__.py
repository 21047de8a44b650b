"""What Tenantry is measured against: servers of the same schema on the same database."""
