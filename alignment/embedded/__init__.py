"""What runs the product where nothing else is configured: servers, supervisor, set-up, backups.

Modules here stand below everything else, and use only the standard library, so that they work
before anything is installed.
"""
