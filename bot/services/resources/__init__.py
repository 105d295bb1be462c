"""The resource database (plan, chapter 四（一）): service items and experts, kept on the desk."""
