"""Portfolios: the demo story, a generated one of any size around it, and one's own from CSV files."""
