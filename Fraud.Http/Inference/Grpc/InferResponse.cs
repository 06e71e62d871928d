using Fraud.Http.Inference.Grpc.Protocol;
using Google.Protobuf;

namespace Fraud.Http.Inference.Grpc;

/// <summary>A call's results as a message.</summary>
internal static class InferResponse
{
    public static ModelInferResponse Of(InferenceCall call)
    {
        var by = call.Model!.ScoredBy;
        var response = new ModelInferResponse { ModelName = by.Model, ModelVersion = by.Version, Id = call.Id ?? "" };
        foreach (var output in call.Outputs)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.NameIn(call), Datatype = output.Datatype, Shape = { call.Rows } };
            if (!output.IsLabel)
            {
                tensor.Shape.Add(2);
            }

            if (output.IsBinary)
            {
                response.RawOutputContents.Add(ByteString.CopyFrom(output.BytesIn(call)));
            }
            else if (output.IsLabel)
            {
                tensor.Contents = new InferTensorContents();
                tensor.Contents.Int64Contents.AddRange(call.LabelValues);
            }
            else
            {
                tensor.Contents = new InferTensorContents();
                tensor.Contents.Fp32Contents.AddRange(call.ProbabilityValues);
            }

            response.Outputs.Add(tensor);
        }

        return response;
    }
}
