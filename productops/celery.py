"""The Celery application. A message is only a bell: what is to be done stands in the database, so
results are ignored, a lost message is a delay and a message delivered twice does no harm."""

import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "productops.settings")
# Django's checks import every page; a worker needs none of them, and 25 MB less.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

from celery import Celery
from celery.signals import worker_ready

from productops import broker, memory

# About pickled messages under root; ours are JSON.
warnings.filterwarnings("ignore", message="You're running the worker with superuser")

app = Celery("productops")
app.conf.update(
    # Never Celery's default address: without a broker, what is sent goes nowhere.
    broker_url=broker.url() or "memory://",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    broker_transport_options={
        # A slice of work takes at most 60 s, so what is unacknowledged after 120 s was lost.
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
    },
    task_default_queue="productops",
    task_acks_late=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_publish_retry=False,  # the relay rings again by itself
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    timezone="UTC",
)
app.autodiscover_tasks()


@worker_ready.connect
def settle_memory(**_sent) -> None:
    memory.settle()
