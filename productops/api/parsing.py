"""Bodies of requests."""

from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    pass
