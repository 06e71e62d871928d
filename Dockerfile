# Builds the service from this folder: only the .NET SDK, and at run time only the base image, curl for its health check, and age, with
# which a job of Kubernetes encrypts backups.
FROM mcr.microsoft.com/dotnet/sdk:10.0-bookworm-slim AS build
WORKDIR /source
# The packages first: they change rarely and take longest.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY build/BannedSymbols.txt build/
COPY Fraud.Model/Fraud.Model.csproj Fraud.Model/packages.lock.json Fraud.Model/
COPY Fraud.Stream/Fraud.Stream.csproj Fraud.Stream/packages.lock.json Fraud.Stream/
COPY Fraud.Http/Fraud.Http.csproj Fraud.Http/packages.lock.json Fraud.Http/
COPY Fraud.Benchmarks/Fraud.Benchmarks.csproj Fraud.Benchmarks/packages.lock.json Fraud.Benchmarks/
COPY Fraud.Cli/Fraud.Cli.csproj Fraud.Cli/packages.lock.json Fraud.Cli/
RUN dotnet restore Fraud.Cli --locked-mode
COPY . .
RUN dotnet publish Fraud.Cli -c Release --no-restore -p:RunAnalyzers=false -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0-bookworm-slim
# XGBoost is for training alone: --build-arg TRAINING=no leaves it out, and serving goes on without.
ARG TRAINING=yes
RUN apt-get update \
 && apt-get install -y --no-install-recommends age curl $([ "$TRAINING" = no ] || echo libgomp1 libxgboost0) \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home fraud
WORKDIR /app
# Volumes take over who owns them: docker-compose.yml makes the nodes' certificates there.
RUN install -d -o 10001 -m 0750 authority certs
COPY --from=build /published bin/
COPY config config/
COPY models models/
COPY deploy/backup/backup.sh backup/
# A number, so that an orchestrator can see that it is not root.
USER 10001
EXPOSE 4053 8000 8080 9000
# Ready once its shards are recovered; a node that drains is not.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8000/health/ready"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "bin/fraud.dll"]
CMD ["serve", "--no-welcome"]
