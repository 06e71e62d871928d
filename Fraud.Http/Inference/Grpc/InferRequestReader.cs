using Fraud.Http.Inference.Grpc.Protocol;
using Fraud.Http.Problems;
using Google.Protobuf;
using Google.Protobuf.Collections;
using static Fraud.Http.Inference.Grpc.Protocol.ModelInferRequest.Types;

namespace Fraud.Http.Inference.Grpc;

/// <summary>Reads an inference message into a call. As strict as the reader of JSON, by the same rules.</summary>
internal sealed class InferRequestReader(InferenceRules rules)
{
    /// <summary>Null when the call can be scored.</summary>
    public Problem? Read(ModelInferRequest request, InferenceCall call)
    {
        if (request.Id.Length > InferenceRules.MaxIdLength)
        {
            return InferenceRules.WrongId;
        }

        call.Id = request.Id.Length > 0 ? request.Id : null;
        if (request.Inputs is not [var input])
        {
            return InferenceProblems.Wrong("inputs", "one input: the model takes no more");
        }

        // As the protocol has it: who sends raw contents is answered with raw contents.
        var isRaw = request.RawInputContents.Count > 0;
        return CheckParameters("parameters", request.Parameters)
            ?? ReadInput(input, call)
            ?? (isRaw ? ReadRaw(request.RawInputContents, input, call) : ReadTyped(input.Contents, call))
            ?? ReadOutputs(request.Outputs, call, isRaw);
    }

    private static Problem? CheckParameters(string field, MapField<string, InferParameter> parameters) =>
        parameters.Keys.Any(InferenceRules.IsNotOffered) ? InferenceRules.NotOffered(field) : null;

    private Problem? ReadInput(InferInputTensor input, InferenceCall call)
    {
        var model = call.Model!.Model;
        var features = model.Manifest.Inputs.Count;
        if (input.Name != model.InputName)
        {
            return InferenceRules.WrongName(call);
        }

        if (input.Datatype != "FP32")
        {
            return InferenceRules.WrongType;
        }

        if (input.Shape is not [var rows, var columns] || !rules.IsShape(rows, columns, features))
        {
            return rules.WrongShape(features);
        }

        call.Rows = (int)rows;
        return CheckParameters(InferenceRules.Input + ".parameters", input.Parameters);
    }

    private static Problem? ReadRaw(RepeatedField<ByteString> contents, InferInputTensor input, InferenceCall call)
    {
        if (input.Contents is not null)
        {
            return InferenceProblems.Wrong(InferenceRules.Input + ".contents", "none beside raw_input_contents");
        }

        var size = ValuesOf(call) * sizeof(float);
        return contents is [var bytes] && bytes.Length == size
            ? InferenceRules.TakeBytes(bytes.Span, call)
            : InferenceProblems.Wrong("raw_input_contents", $"one of {size} bytes for this shape");
    }

    private static Problem? ReadTyped(InferTensorContents? contents, InferenceCall call)
    {
        var count = ValuesOf(call);
        if (contents is null || contents.Fp32Contents.Count != count || HasOthers(contents))
        {
            return InferenceProblems.Wrong(InferenceRules.Input + ".contents", $"fp32_contents alone, with {count} numbers for this shape");
        }

        call.Reserve(count);
        contents.Fp32Contents.CopyTo(call.Values, 0);
        return InferenceRules.CheckFinite(call.Values.AsSpan(0, count));
    }

    private static bool HasOthers(InferTensorContents contents) =>
        contents.BoolContents.Count + contents.IntContents.Count + contents.Int64Contents.Count + contents.UintContents.Count
        + contents.Uint64Contents.Count + contents.Fp64Contents.Count + contents.BytesContents.Count > 0;

    private static Problem? ReadOutputs(RepeatedField<InferRequestedOutputTensor> outputs, InferenceCall call, bool areRaw)
    {
        var model = call.Model!.Model;
        foreach (var output in outputs)
        {
            var problem = CheckParameters($"outputs[{call.Outputs.Count}].parameters", output.Parameters)
                ?? InferenceRules.AddOutput(
                    call, output.Name == model.LabelName ? true : output.Name == model.ProbabilitiesName ? false : null, areRaw);
            if (problem is not null)
            {
                return problem;
            }
        }

        if (outputs.Count == 0)
        {
            InferenceRules.AddAllOutputs(call, areRaw);
        }

        return null;
    }

    private static int ValuesOf(InferenceCall call) => call.Rows * call.Model!.Model.Manifest.Inputs.Count;
}
