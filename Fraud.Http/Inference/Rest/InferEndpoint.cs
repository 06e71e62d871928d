using System.Globalization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Decoding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference.Rest;

/// <summary>
/// <c>POST /v2/models/MODEL[/versions/VERSION]/infer</c>: the model's own columns in, its own outputs back. Knows no
/// history, stores nothing, decides nothing.
/// </summary>
internal sealed class InferEndpoint(InferenceRunner runner, InferenceRequestReader reader, TransactionLimits limits) : IEndpoints
{
    private const string Bytes = "application/octet-stream";

    private static readonly Problem Unsupported = new(
        415, "Unsupported Media Type", $"Content-Type: expected application/json, or {Bytes} with {InferenceAnswer.JsonLengthHeader}, uncompressed");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v2/models/{model}/infer", (RequestDelegate)Handle)
            .Needs(Access.Score).Limited(RateClass.Payments).WithName("infer").Describe(InferDescriptions.Infer);
        routes.MapPost("/v2/models/{model}/versions/{version}/infer", (RequestDelegate)Handle)
            .Needs(Access.Score).Limited(RateClass.Payments).WithName("inferVersion").Describe(InferDescriptions.InferVersion);
    }

    public async Task Handle(HttpContext context)
    {
        if (!TryReadJsonLength(context.Request, out var jsonLength))
        {
            await InferenceProblems.Wrong(InferenceAnswer.JsonLengthHeader, "a number of bytes").Write(context);
            return;
        }

        if (!IsSupported(context.Request, jsonLength))
        {
            await Unsupported.Write(context);
            return;
        }

        // The body first: a slow sender must not hold a place.
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            await ContentTypes.TooLarge(limits.MaxBodyBytes).Write(context);
            return;
        }

        var values = context.Request.RouteValues;
        if (!runner.TryBegin((string)values["model"]!, values["version"] as string, patience: null, out var call, out var problem))
        {
            body.Release();
            await problem.Write(context);
            return;
        }

        try
        {
            await Answer(context, call, body, jsonLength);
        }
        finally
        {
            call.Release();
        }
    }

    private async Task Answer(HttpContext context, InferenceCall call, RequestBody body, int? jsonLength)
    {
        var problem = Read(call, body, jsonLength) ?? await runner.Run(call, ClientKey.Of(context), context.RequestAborted);
        await (problem is null ? InferenceAnswer.Write(context, call) : problem.Write(context));
    }

    private Problem? Read(InferenceCall call, RequestBody body, int? jsonLength)
    {
        try
        {
            return reader.Read(body.Bytes, jsonLength, call);
        }
        finally
        {
            body.Release();
        }
    }

    private static bool TryReadJsonLength(HttpRequest request, out int? length)
    {
        length = null;
        var header = request.Headers[InferenceAnswer.JsonLengthHeader];
        if (header.Count == 0)
        {
            return true;
        }

        var isNumber = int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        length = number;
        return isNumber;
    }

    // Clients of the protocol send no type at all, what curl sends by itself, or bytes whenever the header is there.
    private static bool IsSupported(HttpRequest request, int? jsonLength) =>
        request.Headers.ContentEncoding.Count == 0
        && (jsonLength is not null || request.ContentType?.StartsWith(Bytes, StringComparison.OrdinalIgnoreCase) != true);
}
