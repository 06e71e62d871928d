using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference;

/// <summary>Inference as the OpenAPI document tells of it.</summary>
internal static class InferDescriptions
{
    private static readonly ApiShape Request = new("InferenceRequest", """
        {
          "id": "42",
          "parameters": { "binary_data_output": false },
          "inputs": [
            {
              "name": "features",
              "datatype": "FP32",
              "shape": [1, 33],
              "parameters": {},
              "data": [20.63, 0, 1, 5, 78.336, 25, 75.4456, 95, 74.36053, 1, 0, 2, 0, 33, 0.030303031, 0.27531582, 1.014592, 1, 28872, 0, 1,
                0.28, -1.4, 0, 0, 2.1, 0, 0, 0, 0, 9.5, 9.5, 0.33]
            }
          ],
          "outputs": [{ "name": "probabilities", "parameters": { "binary_data": false } }]
        }
        """)
    {
        { "id", "Comes back in the answer; at most 256 characters.", FieldIs.Optional },
        { "parameters", "Further wishes; unknown ones are passed over.", FieldIs.Optional },
        { "parameters.binary_data_output", "True: all outputs come as bytes behind the JSON.", FieldIs.Optional },
        { "inputs", "The one tensor that the model takes." },
        { "inputs[].name", "Name of the tensor, as the model's metadata gives it." },
        { "inputs[].datatype", "Type of its elements.", FieldIs.Required, "FP32" },
        { "inputs[].shape", "Rows and columns. As many rows as Inference:MaxRows, and as many columns as the model has features." },
        { "inputs[].parameters", "binary_data_size: how many bytes of this tensor follow the JSON, in place of data.", FieldIs.Optional | FieldIs.Free },
        { "inputs[].data", "The elements row by row, flat or an array a row. Finite numbers only.", FieldIs.Optional | FieldIs.Number },
        { "outputs", "Which outputs to answer; left out or empty: all.", FieldIs.Optional },
        { "outputs[].name", "Name of the output." },
        { "outputs[].parameters", "Wishes for this output.", FieldIs.Optional },
        { "outputs[].parameters.binary_data", "True: this output comes as bytes behind the JSON.", FieldIs.Optional },
    };

    private static readonly ApiShape Answer = new("InferenceResponse", """
        {
          "model_name": "payments",
          "model_version": "1",
          "id": "42",
          "outputs": [
            { "name": "probabilities", "datatype": "FP32", "shape": [1, 2], "data": [0.99672824, 0.0032717818] },
            { "name": "label", "datatype": "INT64", "shape": [1], "parameters": { "binary_data_size": 8 } }
          ]
        }
        """)
    {
        { "model_name", "The model that was asked." },
        { "model_version", "Its version." },
        { "id", "The request's.", FieldIs.Optional },
        { "outputs", "The tensors that were asked for." },
        { "outputs[].name", "probabilities (legitimate and fraud of each row), or label (the class that the model itself would choose)." },
        { "outputs[].datatype", "Type of its elements.", FieldIs.Required, "FP32", "INT64" },
        { "outputs[].shape", "Its dimensions." },
        { "outputs[].data", "The elements row by row; absent when they come as bytes.", FieldIs.Optional | FieldIs.Number },
        { "outputs[].parameters", "Present when the elements come as bytes.", FieldIs.Optional },
        { "outputs[].parameters.binary_data_size", "How many bytes of this tensor follow the JSON, in the order of outputs." },
    };

    public static ApiDescription Infer { get; } = new(InferenceShapes.Tag, "Ask a model")
    {
        Detail =
            "The model's own columns in, its own outputs back: no history, no decision, nothing stored. For payments use /predict. "
            + "Tensors may follow the JSON as little-endian bytes (the binary tensor data extension).",
        Parameters =
        [
            InferenceShapes.ModelName,
            new ApiParameter(
                "Inference-Header-Content-Length", "header",
                "How many bytes of the body are JSON, where a tensor follows as bytes. 0: the body is the input tensor alone.", "187")
            {
                IsRare = true,
            },
        ],
        Bodies =
        [
            ApiBody.Json(Request),
            new ApiBody("application/octet-stream") { Description = "As bytes: the JSON, then the tensor; with Inference-Header-Content-Length." },
        ],
        Answers =
        [
            ApiAnswer.Json(Answer, "The outputs. Where some come as bytes, Inference-Header-Content-Length says how much is JSON."),
            new ApiAnswer(200, "JSON, then bytes.", "application/octet-stream"),
        ],
        Problems = [400, 404, 409, 413, 415, 503],
        Problem = InferenceShapes.Error,
    };

    public static ApiDescription InferVersion { get; } = Infer with
    {
        Summary = "Ask a version of a model",
        Parameters = [.. Infer.Parameters, InferenceShapes.ModelVersion],
    };
}
