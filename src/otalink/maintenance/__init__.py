"""What runs by itself: the worker and the cron tasks."""
