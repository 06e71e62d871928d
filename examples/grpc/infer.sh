#!/usr/bin/env bash
# Asks the model by gRPC. First argument: an address of Http:GrpcUrls, as host:port.
set -euo pipefail
cd "$(dirname "$0")"
address="${1:-127.0.0.1:9000}"

# Messages for Python from the protocol's own file, into a folder that goes again.
messages="$(mktemp -d)"
trap 'rm -rf "$messages"' EXIT
protocol=../../Fraud.Http/Inference/Grpc
protoc -I "$protocol" --python_out="$messages" open_inference_grpc.proto

# Debian's Python, for which apt installs the packages.
PYTHONPATH="$messages" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 infer.py "$address"
