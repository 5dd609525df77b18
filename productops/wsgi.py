"""The door that the web server opens."""

import os

from django.core.wsgi import get_wsgi_application

from productops import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "productops.settings")
application = get_wsgi_application()
memory.settle()
