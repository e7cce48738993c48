# `docker-compose.yml` says how it is run. The image holds the installed package and nothing to build with.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . && /venv/bin/watcher --version

FROM ${BASE}
COPY --from=build /venv /venv
RUN useradd --uid 10001 --no-create-home watcher && install -d -o watcher /data /config
COPY --chown=watcher sources.yaml /config/sources.yaml
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    WATCHER_CONFIG=/config/sources.yaml WATCHER_DATA_DIR=/data
USER watcher
VOLUME /data
EXPOSE 8484
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8484/readyz', timeout=4)"]
CMD ["watcher", "run", "--host", "0.0.0.0"]
