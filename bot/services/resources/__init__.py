"""The resource database (plan, chapter 四（一）): service items, organisations, experts."""
