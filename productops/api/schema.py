"""OpenAPI 3 of the whole API: YAML, or JSON with ``?format=json``."""

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView


class Schema(SpectacularAPIView):
    """For everybody: it says what the API is, and nothing of what is in it."""

    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)
