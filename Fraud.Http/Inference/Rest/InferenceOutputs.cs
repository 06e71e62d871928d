using System.Text.Json;
using Fraud.Http.Problems;

namespace Fraud.Http.Inference.Rest;

/// <summary>Which outputs a request asks for, and which of them as bytes.</summary>
internal static class InferenceOutputs
{
    public static Problem? Read(ref Utf8JsonReader json, InferenceCall call, ref InferenceReadState state)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (state.HasOutputs || json.TokenType != JsonTokenType.StartArray)
        {
            return InferenceProblems.Wrong("outputs", "one array of outputs");
        }

        state.HasOutputs = true;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            bool? isLabel = null;
            var parameters = default(InferenceParameters);
            var field = $"outputs[{call.Outputs.Count}]";
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("name"u8))
                {
                    json.Read();
                    var model = call.Model!.Model;
                    isLabel = json.TokenType != JsonTokenType.String ? null
                        : json.ValueTextEquals(model.LabelName) ? true
                        : json.ValueTextEquals(model.ProbabilitiesName) ? false : null;
                }
                else if (json.ValueTextEquals("parameters"u8))
                {
                    if (InferenceParameters.Read(ref json, $"{field}.parameters", ref parameters) is { } wrong)
                    {
                        return wrong;
                    }
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }

            if (InferenceRules.AddOutput(call, isLabel, parameters.IsBinary ?? false) is { } wrongName)
            {
                return wrongName;
            }

            state.Chosen += parameters.IsBinary is null ? 0 : 1 << (isLabel == true ? 1 : 0);
        }

        return json.TokenType == JsonTokenType.EndArray ? null : InferenceProblems.Wrong("outputs", "an array of objects with \"name\"");
    }

    /// <summary>Fills in what the request did not say of each output.</summary>
    public static void Settle(InferenceCall call, in InferenceReadState state)
    {
        if (!state.HasOutputs || call.Outputs.Count == 0)
        {
            InferenceRules.AddAllOutputs(call, state.All.IsBinary ?? false);
        }
        else if (state.All.IsBinary == true)
        {
            // What an output says of itself goes before what the request says of all.
            for (var i = 0; i < call.Outputs.Count; i++)
            {
                var output = call.Outputs[i];
                if ((state.Chosen & (1 << (output.IsLabel ? 1 : 0))) == 0)
                {
                    call.Outputs[i] = output with { IsBinary = true };
                }
            }
        }
    }
}
