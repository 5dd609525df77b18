"""What a token's scope allows."""

from rest_framework.permissions import IsAuthenticated


class ScopedPermission(IsAuthenticated):
    pass
