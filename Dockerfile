# Builds Brooklet and puts the one file that it is into an image with a C library, certificates and nothing else.
#
#   docker build -t brooklet .
#   docker run -p 3000:3000 -v brooklet:/data brooklet
FROM node:22-bookworm-slim AS node

FROM rust:1-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /brooklet
COPY . .
# The tools and what cargo compiled are kept between builds.
RUN --mount=type=cache,target=/root/.cache \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/tools \
    PATH=/tools/bin:$PATH CARGO_INSTALL_ROOT=/tools make build && mkdir /data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /brooklet/target/dist/brooklet /usr/local/bin/brooklet
COPY --from=build --chown=nonroot:nonroot /data /data
ENV BROOKLET_ADDR=0.0.0.0:3000 BROOKLET_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s CMD ["/usr/local/bin/brooklet", "--healthcheck"]
ENTRYPOINT ["/usr/local/bin/brooklet"]
