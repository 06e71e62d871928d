using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fraud.Http.Problems;

namespace Fraud.Http.Inference;

/// <summary>What a request must say of its tensors, in JSON as in protobuf.</summary>
internal sealed class InferenceRules(InferenceOptions options)
{
    /// <summary>Where the one input is.</summary>
    public const string Input = "inputs[0]";

    public const int MaxIdLength = 256;

    public static Problem WrongId { get; } = InferenceProblems.Wrong("id", $"a string of at most {MaxIdLength} characters");

    public static Problem WrongType { get; } = InferenceProblems.Wrong(Input + ".datatype", "FP32");

    public static Problem NoConfiguration { get; } =
        InferenceProblems.Wrong("parameters", "no configuration and no files: models come from the repository's folder");

    public int MaxRows => options.MaxRows;

    public bool IsShape(long rows, long columns, int features) => rows >= 1 && rows <= options.MaxRows && columns == features;

    public Problem WrongShape(int features) =>
        InferenceProblems.Wrong(Input + ".shape", $"[rows, {features}] with 1 to {options.MaxRows} rows");

    public static Problem WrongName(InferenceCall call) => InferenceProblems.Wrong(Input + ".name", call.Model!.Model.InputName);

    public static Problem WrongData(int values) => InferenceProblems.Wrong(Input + ".data", $"{values} numbers for this shape");

    /// <summary>Whether a parameter asks for what would change the answer and is not offered; passing it over would answer something else.</summary>
    public static bool IsNotOffered(string parameter) => parameter is "classification" or "shared_memory_region";

    public static Problem NotOffered(string field) =>
        InferenceProblems.Wrong(field, "no classification and no shared memory: neither is offered");

    /// <summary>Whether a parameter of loading or unloading would bring files or settings along.</summary>
    public static bool IsConfiguration(string parameter) => parameter == "config" || parameter.StartsWith("file:", StringComparison.Ordinal);

    /// <param name="isLabel">Null: the model has no output of that name.</param>
    public static Problem? AddOutput(InferenceCall call, bool? isLabel, bool isBinary)
    {
        if (isLabel is not { } label || call.Outputs.Exists(other => other.IsLabel == label))
        {
            return InferenceProblems.Wrong(
                $"outputs[{call.Outputs.Count}].name", $"{call.Model!.Model.LabelName} or {call.Model.Model.ProbabilitiesName}, each once");
        }

        call.Outputs.Add(new OutputChoice(label, isBinary));
        return null;
    }

    /// <summary>What is answered where the request names no outputs.</summary>
    public static void AddAllOutputs(InferenceCall call, bool areBinary)
    {
        call.Outputs.Add(new OutputChoice(IsLabel: false, areBinary));
        call.Outputs.Add(new OutputChoice(IsLabel: true, areBinary));
    }

    /// <summary>Takes little-endian values.</summary>
    public static Problem? TakeBytes(ReadOnlySpan<byte> bytes, InferenceCall call)
    {
        var count = bytes.Length / sizeof(float);
        call.Reserve(count);
        var values = call.Values.AsSpan(0, count);
        bytes.CopyTo(MemoryMarshal.AsBytes(values));
        if (!BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < count; i++)
            {
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
            }
        }

        return CheckFinite(values);
    }

    public static Problem? CheckFinite(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return InferenceProblems.Wrong($"{Input}.data[{i}]", "a finite number");
            }
        }

        return null;
    }
}
