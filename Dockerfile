# The service in a small image: no build tools, no root, a read-only file system is enough.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY constraints.txt ./
RUN pip install -c constraints.txt hatchling
COPY pyproject.toml README.md LICENSE ./
COPY commentsvc ./commentsvc
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .
RUN python -m venv --without-pip /opt/commentsvc \
 && pip --python /opt/commentsvc/bin/python install -c constraints.txt /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 commentsvc \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin commentsvc \
 && install -d -o 10001 -g 10001 -m 0700 /data /secrets /public /backups
COPY --from=build /opt/commentsvc /opt/commentsvc

# The defaults of DATABASE_URL and KEY_FILE are relative, so they become /data/comments.db and /secrets/keys.json.
WORKDIR /
ENV PATH=/opt/commentsvc/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 COMMENTSVC_HOST=0.0.0.0
USER 10001:10001
VOLUME ["/data", "/secrets"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/healthz' % os.environ.get('COMMENTSVC_PORT', '8000'), timeout=2)"]
CMD ["commentsvc", "serve"]
