using System.ComponentModel;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;

namespace Fraud.Http.Scoring;

/// <summary>The inputs of a model that takes card features, by name.</summary>
internal sealed record NamedFeatures : IExample<NamedFeatures>
{
    [JsonPropertyName("Time"), Description("Seconds since the first payment of the data set."), SingleNumber]
    public required float Time { get; init; }

    [JsonPropertyName("V1"), Description("Principal component 1 of the data set."), SingleNumber]
    public required float V1 { get; init; }

    [JsonPropertyName("V2"), Description("Principal component 2 of the data set."), SingleNumber]
    public required float V2 { get; init; }

    [JsonPropertyName("V3"), Description("Principal component 3 of the data set."), SingleNumber]
    public required float V3 { get; init; }

    [JsonPropertyName("V4"), Description("Principal component 4 of the data set."), SingleNumber]
    public required float V4 { get; init; }

    [JsonPropertyName("V5"), Description("Principal component 5 of the data set."), SingleNumber]
    public required float V5 { get; init; }

    [JsonPropertyName("V6"), Description("Principal component 6 of the data set."), SingleNumber]
    public required float V6 { get; init; }

    [JsonPropertyName("V7"), Description("Principal component 7 of the data set."), SingleNumber]
    public required float V7 { get; init; }

    [JsonPropertyName("V8"), Description("Principal component 8 of the data set."), SingleNumber]
    public required float V8 { get; init; }

    [JsonPropertyName("V9"), Description("Principal component 9 of the data set."), SingleNumber]
    public required float V9 { get; init; }

    [JsonPropertyName("V10"), Description("Principal component 10 of the data set."), SingleNumber]
    public required float V10 { get; init; }

    [JsonPropertyName("V11"), Description("Principal component 11 of the data set."), SingleNumber]
    public required float V11 { get; init; }

    [JsonPropertyName("V12"), Description("Principal component 12 of the data set."), SingleNumber]
    public required float V12 { get; init; }

    [JsonPropertyName("V13"), Description("Principal component 13 of the data set."), SingleNumber]
    public required float V13 { get; init; }

    [JsonPropertyName("V14"), Description("Principal component 14 of the data set."), SingleNumber]
    public required float V14 { get; init; }

    [JsonPropertyName("V15"), Description("Principal component 15 of the data set."), SingleNumber]
    public required float V15 { get; init; }

    [JsonPropertyName("V16"), Description("Principal component 16 of the data set."), SingleNumber]
    public required float V16 { get; init; }

    [JsonPropertyName("V17"), Description("Principal component 17 of the data set."), SingleNumber]
    public required float V17 { get; init; }

    [JsonPropertyName("V18"), Description("Principal component 18 of the data set."), SingleNumber]
    public required float V18 { get; init; }

    [JsonPropertyName("V19"), Description("Principal component 19 of the data set."), SingleNumber]
    public required float V19 { get; init; }

    [JsonPropertyName("V20"), Description("Principal component 20 of the data set."), SingleNumber]
    public required float V20 { get; init; }

    [JsonPropertyName("V21"), Description("Principal component 21 of the data set."), SingleNumber]
    public required float V21 { get; init; }

    [JsonPropertyName("V22"), Description("Principal component 22 of the data set."), SingleNumber]
    public required float V22 { get; init; }

    [JsonPropertyName("V23"), Description("Principal component 23 of the data set."), SingleNumber]
    public required float V23 { get; init; }

    [JsonPropertyName("V24"), Description("Principal component 24 of the data set."), SingleNumber]
    public required float V24 { get; init; }

    [JsonPropertyName("V25"), Description("Principal component 25 of the data set."), SingleNumber]
    public required float V25 { get; init; }

    [JsonPropertyName("V26"), Description("Principal component 26 of the data set."), SingleNumber]
    public required float V26 { get; init; }

    [JsonPropertyName("V27"), Description("Principal component 27 of the data set."), SingleNumber]
    public required float V27 { get; init; }

    [JsonPropertyName("V28"), Description("Principal component 28 of the data set."), SingleNumber]
    public required float V28 { get; init; }

    [JsonPropertyName("Amount"), Description("In the currency's main unit."), SingleNumber]
    public required float Amount { get; init; }

    public static NamedFeatures Example { get; } = new()
    {
        Time = 0,
        V1 = -1.5f,
        V2 = -1.5f,
        V3 = -1.5f,
        V4 = -1.5f,
        V5 = -1.5f,
        V6 = -1.5f,
        V7 = -1.5f,
        V8 = -1.5f,
        V9 = -1.5f,
        V10 = -1.5f,
        V11 = -1.5f,
        V12 = -1.5f,
        V13 = -1.5f,
        V14 = -1.5f,
        V15 = -1.5f,
        V16 = -1.5f,
        V17 = -1.5f,
        V18 = -1.5f,
        V19 = -1.5f,
        V20 = -1.5f,
        V21 = -1.5f,
        V22 = -1.5f,
        V23 = -1.5f,
        V24 = -1.5f,
        V25 = -1.5f,
        V26 = -1.5f,
        V27 = -1.5f,
        V28 = -1.5f,
        Amount = 149.62f,
    };
}
