"""What may be forgotten but must be shared by all processes: counts of failed sign-ins."""

from django.db import models


class CacheEntry(models.Model):
    """A row of Django's database cache (CACHES in settings.py reads and writes it). It is a model
    so that ``migrate`` makes its table like any other."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "productops_cache"

    def __str__(self):
        return self.cache_key
