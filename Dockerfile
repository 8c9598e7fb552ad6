# The exporter's image: a Java runtime, the few libraries it needs, and nothing else; no shell either.
#
#   docker build --tag docker-image-exporter:1.0.0 .
#
# Out of an archive of target/ instead of the sources:
#
#   bin/package && docker build --build-arg ARCHIVE=given --tag docker-image-exporter:1.0.0 .
#
# One image of both processors, where there are archives of both (the other's commands are run by qemu):
#
#   docker build --build-arg ARCHIVE=given --platform linux/amd64,linux/arm64 --tag docker-image-exporter:1.0.0 .
#
# It runs as an ordinary user unless told otherwise. To see Docker's store it must be user 0, which needs no capability:
#
#   docker run --detach --read-only --user 0:0 --cap-drop ALL --security-opt no-new-privileges \
#     --mount type=bind,source=/var/lib/docker,target=/var/lib/docker,readonly,bind-propagation=rslave \
#     --volume /var/lib/containerd:/var/lib/containerd:ro,rslave --volume /etc/containerd:/etc/containerd:ro \
#     --publish 127.0.0.1:10210:10210 docker-image-exporter:1.0.0

# With Maven and JDK 25, on glibc.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
# Whose glibc and libcrypto the image has. apt has needed the latter since trixie, so that nothing is installed for it.
ARG BASE_IMAGE=debian:trixie-slim
# The stage with the archive: built or given.
ARG ARCHIVE=built

FROM ${BUILD_IMAGE} AS built
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -B -Dmaven.test.skip=true -Prelease package \
  && mkdir /archive && tar -xzf target/docker-image-exporter-*-linux-*.tar.gz -C /archive

FROM scratch AS given
ARG TARGETARCH
ADD target/docker-image-exporter-*-linux-${TARGETARCH}.tar.gz /archive/

FROM ${ARCHIVE} AS archive

FROM ${BASE_IMAGE} AS root
COPY --from=archive /archive/ /archive/
# Content is hashed by libcrypto, ten times as fast as by Java. The status files tell scanners which packages these are.
RUN set -eu; \
  home=/image/usr/lib/docker-image-exporter; \
  mkdir -p "$home" /image/etc /image/var/lib/docker /image/var/lib/dpkg/status.d; \
  mv /archive/*/bin /archive/*/lib /archive/*/runtime /archive/*/LICENSE /archive/*/copyright "$home"; \
  crypto=$(ldconfig -p | sed -n '/libcrypto\.so\.3 /s/.* => //p'); \
  { \
    find "$home/lib" "$home/runtime" -name '*.so' -exec ldd "$home/runtime/bin/java" {} +; \
    for library in $crypto; do ldd "$library"; echo "$library (0x0)"; done; \
  } | sed -n 's|^[^/]*\(/lib[^ ]*\) (0x.*|\1|p' | sort -u | xargs cp --dereference --parents --target-directory=/image; \
  cp --dereference /etc/os-release /image/etc/os-release; \
  for file in $(find /image/lib* -type f); do dpkg --search "*/${file##*/}"; done | sed -n 's/:[^ ]*: .*//p' | sort -u \
    | while read -r package; do dpkg --status "$package" >"/image/var/lib/dpkg/status.d/$package"; done; \
  echo 'hosts: files dns' >/image/etc/nsswitch.conf; \
  printf '%s\n' root:x:0:0::/: exporter:x:65532:65532::/: >/image/etc/passwd; \
  printf '%s\n' root:x:0: exporter:x:65532: >/image/etc/group; \
  mkdir -m 1777 /image/tmp

FROM scratch
COPY --from=root /image/ /
LABEL org.opencontainers.image.title="docker-image-exporter" \
  org.opencontainers.image.description="Prometheus exporter for Docker's image store: chain consistency and sizes, read from disk" \
  org.opencontainers.image.version="1.0.0" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.url="https://github.com/docker-image-exporter/docker-image-exporter" \
  org.opencontainers.image.source="https://github.com/docker-image-exporter/docker-image-exporter" \
  org.opencontainers.image.documentation="https://github.com/docker-image-exporter/docker-image-exporter/blob/main/docs/operations.md" \
  org.opencontainers.image.vendor="docker-image-exporter"
USER 65532:65532
EXPOSE 10210
# What the launcher does where there is a shell.
ENV MALLOC_ARENA_MAX=1
ENTRYPOINT ["/usr/lib/docker-image-exporter/runtime/bin/java", \
  "@/usr/lib/docker-image-exporter/lib/java.options", \
  "-XX:AOTCache=/usr/lib/docker-image-exporter/lib/docker-image-exporter.aot", \
  "-jar", "/usr/lib/docker-image-exporter/lib/docker-image-exporter.jar"]
# Asks port 10210; for another one, or TLS, set DOCKER_IMAGE_EXPORTER_URL.
HEALTHCHECK --interval=30s --timeout=10s --start-period=15s --retries=3 \
  CMD ["/usr/lib/docker-image-exporter/runtime/bin/java", \
  "@/usr/lib/docker-image-exporter/lib/java.options", \
  "-XX:AOTCache=/usr/lib/docker-image-exporter/lib/docker-image-exporter.aot", \
  "-jar", "/usr/lib/docker-image-exporter/lib/docker-image-exporter.jar", "healthcheck"]
