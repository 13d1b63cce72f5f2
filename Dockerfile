# headshot-check in a container: no root, no network, no shell script around it.
#
#     docker build -t headshot-check .
#     docker run --rm --network none --read-only --volume "$PWD:/photos:ro" headshot-check check me.jpg
#     docker run --rm --network none --read-only --volume "$PWD:/photos:ro" --volume "$PWD/report:/report" \
#       headshot-check scan . --out /report      # /report must be writable for user 10001
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
# The build takes MediaPipe's networks out of its wheel, so it needs the package index; nothing later does.
RUN python -m venv /opt/headshot-check \
    && /opt/headshot-check/bin/pip install --no-cache-dir --no-compile . \
    && /opt/headshot-check/bin/pip uninstall --yes pip \
    && /opt/headshot-check/bin/headshot-check doctor

FROM python:3.13-slim
COPY --from=build /opt/headshot-check /opt/headshot-check
# Nothing is kept in the image: a scan without --out puts its results aside in the container's memory, if it has any.
ENV PATH=/opt/headshot-check/bin:$PATH PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp
USER 10001:10001
WORKDIR /photos
ENTRYPOINT ["headshot-check"]
CMD ["--help"]
