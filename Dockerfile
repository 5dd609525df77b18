# One image for web, worker and relay; without another command it runs all of them by itself.
FROM python:3.13-slim AS build
WORKDIR /app
COPY manage.py requirements.txt ./
COPY productops/__init__.py productops/bootstrap.py productops/
# The same hash-pinned installation as on any machine: it makes /app/.venv.
RUN python manage.py version && .venv/bin/python -m compileall -q .venv
COPY . .
RUN DATA_DIR=/tmp/build .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && .venv/bin/python -m compileall -q productops teams audits objectives processes tooling metrics

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home productops
COPY --from=build /app /app
WORKDIR /app
ENV DATA_DIR=/data HOST=0.0.0.0 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2
USER productops
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=4 \
  CMD ["/app/.venv/bin/python", "-c", "import os, urllib.request as u; u.urlopen('http://localhost:' + os.environ.get('PORT', '8000') + '/health/ready', timeout=4)"]
ENTRYPOINT ["/app/.venv/bin/python", "/app/manage.py"]
CMD ["up"]
