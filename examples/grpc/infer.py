"""The model in service, and its probabilities for a row of features: typed, as bytes, and of a wrong shape."""

import os
import struct
import sys

import grpc
import open_inference_grpc_pb2 as protocol

SERVICE = "/inference.GRPCInferenceService/"

# The model's own columns, in the order of its metadata over REST ("properties.features").
ROW = [20.63, 0, 1, 5, 78.336, 25, 75.4456, 95, 74.36053, 1, 0, 2, 0, 33, 0.030303031, 0.27531582, 1.014592, 1,
       28872, 0, 1, 0.28, -1.4, 0, 0, 2.1, 0, 0, 0, 0, 9.5, 9.5, 0.33]


class Models:
    """The protocol's methods that are asked here. grpcio-tools would generate all of them."""

    def __init__(self, channel, key):
        self._channel = channel
        self._metadata = [("x-api-key", key)] if key else []

    def live(self):
        return self._call("ServerLive", protocol.ServerLiveRequest(), protocol.ServerLiveResponse)

    def metadata(self, name):
        return self._call("ModelMetadata", protocol.ModelMetadataRequest(name=name), protocol.ModelMetadataResponse)

    def infer(self, request):
        return self._call("ModelInfer", request, protocol.ModelInferResponse)

    def _call(self, method, request, answer):
        call = self._channel.unary_unary(
            SERVICE + method, request_serializer=type(request).SerializeToString, response_deserializer=answer.FromString)
        # A deadline always: the service scores nothing that nobody waits for.
        return call(request, timeout=5, metadata=self._metadata)


def request(columns):
    rows = protocol.ModelInferRequest(model_name="payments", id="python")
    rows.inputs.add(name="features", datatype="FP32", shape=[1, columns])
    return rows


with grpc.insecure_channel(sys.argv[1]) as channel:
    models = Models(channel, os.environ.get("FRAUD_API_KEY"))
    print(f"live {models.live().live}")

    model = models.metadata("payments")
    print(f"model {model.name} versions {','.join(model.versions)}: {model.inputs[0].name} {list(model.inputs[0].shape)}")

    typed = request(len(ROW))
    typed.inputs[0].contents.fp32_contents.extend(ROW)
    answer = models.infer(typed)
    print(f"typed: {answer.outputs[0].name} {[round(value, 6) for value in answer.outputs[0].contents.fp32_contents]}")

    raw = request(len(ROW))
    raw.raw_input_contents.append(struct.pack(f"<{len(ROW)}f", *ROW))
    answer = models.infer(raw)
    print(f"raw: {answer.outputs[0].name} {[round(value, 6) for value in struct.unpack('<2f', answer.raw_output_contents[0])]}")

    try:
        models.infer(request(len(ROW) - 1))
    except grpc.RpcError as refused:
        print(f"refused with {refused.code().name}: {refused.details()}")
