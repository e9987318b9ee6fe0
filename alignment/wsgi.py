"""What the web server calls. Every page is loaded before the server divides into processes, which share what is there by then."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  # loads the views of all of them
sys.setswitchinterval(0.0005)  # a thread whose rows have come waits no longer than that for one that draws a page
gc.collect()
gc.freeze()  # nothing of this becomes garbage: looking through it again and again took a sixth of a request, and unshared its memory
