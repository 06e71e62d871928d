using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;

namespace Fraud.Http.Stripe;

/// <summary>An event as Stripe sends it, as far as it is looked at; read by <see cref="StripeEvent"/>.</summary>
internal sealed record StripeEventRequest : IExample<StripeEventRequest>
{
    [Description("The event's id; it counts once by it."), StringLength(StripeEvent.MaxLength, MinimumLength = 1)]
    public required string Id { get; init; }

    [Description("What happened. Types that are neither payments nor labels are answered with 200 and ignored."), StringLength(StripeEvent.MaxLength, MinimumLength = 1)]
    public required string Type { get; init; }

    [Description("The connected account that it is about."), MaxLength(StripeEvent.MaxLength), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Account { get; init; }

    [Description("When it happened, seconds since 1970: of a dispute the newest event decides."), AtLeast(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Created { get; init; }

    [Description("False in Stripe's test mode; Stripe:Mode says which events count."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Livemode { get; init; }

    [Description("What it is about.")]
    public required StripeEventData Data { get; init; }

    public static StripeEventRequest Example { get; } = new()
    {
        Id = "evt_3QNexample",
        Type = "charge.succeeded",
        Account = "acct_1example",
        Created = 1_763_640_000,
        Livemode = true,
        Data = StripeEventData.Example,
    };
}

internal sealed record StripeEventData : IExample<StripeEventData>
{
    [Description("The charge, payment intent, dispute or early fraud warning, as Stripe sends it.")]
    public required JsonObject Object { get; init; }

    public static StripeEventData Example { get; } = new()
    {
        Object = new JsonObject
        {
            ["id"] = "ch_3QNexample",
            ["object"] = "charge",
            ["amount"] = 1_250,
            ["currency"] = "eur",
            ["created"] = 1_763_640_000,
            ["payment_method_details"] = new JsonObject
            {
                ["type"] = "card",
                ["card"] = new JsonObject { ["fingerprint"] = "Xt5EWLLDS7FJjR1c" },
            },
        },
    };
}

/// <summary>What became of an event.</summary>
internal sealed record StripeReceived : IExample<StripeReceived>
{
    [Description("Always true.")]
    public required bool Received { get; init; }

    [Description("What became of it."), AllowedValues("payment", "label", "repeated", "ignored", "other_mode", "refused")]
    public required string Outcome { get; init; }

    [Description("Why it was refused."), MaxLength(ProblemBody.MaxDetail), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Detail { get; init; } = null!;

    [Description("Of a payment: the answer of POST /predict."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Prediction Result { get; init; } = null!;

    public static StripeReceived Example { get; } = new() { Received = true, Outcome = "payment", Detail = "data.object.currency: expected an ISO 4217 code", Result = Prediction.Example };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StripeEventRequest))]
[JsonSerializable(typeof(StripeReceived))]
internal sealed partial class StripeJson : JsonSerializerContext;
