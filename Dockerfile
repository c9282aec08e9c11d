# The platform: one image for web, infer and score; what a container does is its command. It holds
# no torch and runs no participant's code: models run in the image of sandbox/image.
# BASE_IMAGE is any image with Python 3.11 or newer and its venv module.
ARG BASE_IMAGE=python:3.11-slim

FROM ${BASE_IMAGE} AS environment
# Without a package index: put the wheels into var/wheelhouse/platform (`pip download`, see
# docs/operators.md) and build with `--build-arg PIP_NO_INDEX=1`.
ARG PIP_NO_INDEX=
COPY requirements/platform.lock var/wheelhouse/platfor[m] /wheels/
# Two libraries of metrics come as source alone; they are plain Python.
RUN python3 -m venv /opt/podium \
    && /opt/podium/bin/pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --no-binary seqeval,rouge-score --use-pep517 \
        --find-links /wheels --require-hashes --requirement /wheels/platform.lock

FROM ${BASE_IMAGE}
RUN groupadd --gid 10001 podium \
    && useradd --uid 10001 --gid podium --home-dir /nonexistent --shell /usr/sbin/nologin podium \
    && install -d -o podium -g podium -m 750 /var/lib/podium /var/lib/podium/keys \
        /var/lib/podium/seals \
        /var/lib/podium/store/inputs /var/lib/podium/store/labels /var/lib/podium/store/models \
        /var/lib/podium/store/predictions /var/lib/podium/store/logs /var/lib/podium/store/evidence \
        /var/lib/podium/tmp
COPY --from=environment /opt/podium /opt/podium
WORKDIR /srv/podium
COPY deploy deploy/
COPY config config/
COPY submissions submissions/
COPY scoring scoring/
COPY sandbox sandbox/
COPY publications publications/
COPY competitions competitions/
COPY accounts accounts/
COPY common common/
COPY manage.py ./
ENV PATH=/opt/podium/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    PODIUM_VAR=/var/lib/podium
# Static files need no secret: these values live for one command and stay in no layer.
RUN python -m compileall -q . \
    && PODIUM_SECRET_KEY=unused PODIUM_ALLOWED_HOSTS=unused PODIUM_DATABASE_URL=sqlite:///unused \
        python manage.py collectstatic --no-input --verbosity 0
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
    CMD ["python", "deploy/healthcheck.py", "web"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi:application"]
