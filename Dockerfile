# Builds the service from this folder. Debian throughout: the natives are compiled against its libraries, and the
# shipped models need nothing else.
FROM mcr.microsoft.com/dotnet/sdk:10.0-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      binutils gcc make libc6-dev libssl-dev zlib1g-dev libzstd-dev libonnx-dev libxgboost0 libgomp1 libsqlite3-0 nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# The natives first: they change rarely and take longest.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund \
 && cd node_modules/@confluentinc/kafka-javascript/deps/librdkafka \
 && ./configure --enable-ssl --enable-zlib --enable-zstd --disable-gssapi --disable-curl --disable-lz4-ext --disable-debug-symbols \
 && make -j"$(nproc)" -C src librdkafka.so.1 \
 && mkdir -p /source/.native \
 && strip --strip-unneeded -o /source/.native/librdkafka.so.1 src/librdkafka.so.1
COPY . .
RUN dotnet restore Fraud.Cli --locked-mode \
 && dotnet publish Fraud.Cli -c Release --no-restore -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl libgomp1 libsqlite3-0 libssl3 libxgboost0 libzstd1 zlib1g \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home fraud
WORKDIR /app
COPY --from=build /published bin/
COPY config config/
COPY models models/
# A number, so that an orchestrator can see that it is not root.
USER 10001
EXPOSE 8000 8080
# Ready once its shards are recovered; a node that drains is not.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8000/health/ready"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "bin/fraud.dll"]
CMD ["serve", "--no-welcome"]
