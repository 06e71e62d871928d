using System.Globalization;
using System.Text.Json;
using Fraud.Http.Edge;
using Fraud.Http.Problems;

namespace Fraud.Http.Training;

/// <summary>What a caller asked to train: the trainer's own defaults where it said nothing.</summary>
internal sealed record TrainingRequest
{
    /// <summary>"store": payments that were scored, against the model in service; "file", or null: history in a file.</summary>
    public string? From { get; init; }

    /// <summary>A file of the data folder.</summary>
    public string? Data { get; init; }

    public DateOnly? TrainFrom { get; init; }

    public int? TrainDays { get; init; }

    public int? DelayDays { get; init; }

    public int? TestDays { get; init; }

    public int? MaxDepth { get; init; }

    public int? MaxRounds { get; init; }

    public int? Seed { get; init; }

    /// <summary>"handbook" or "all".</summary>
    public string? Features { get; init; }

    public bool? KeepKnownCards { get; init; }

    /// <summary>Strict: an unknown field is a mistake, because what it was to change would stay as it is.</summary>
    /// <param name="json">Empty for the defaults.</param>
    public static Problem? TryRead(ReadOnlyMemory<byte> json, out TrainingRequest request)
    {
        request = new TrainingRequest();
        if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return null;
        }

        JsonDocument document;
        try
        {
            WellFormedJson.Check(json.Span, maxDepth: 8);
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return Wrong("body", "one JSON object, each field once, or nothing");
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Wrong("body", "one JSON object, or nothing");
            }

            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (Read(field, ref request) is { } wrong)
                {
                    return wrong;
                }
            }
        }

        return Together(request);
    }

    // What would be ignored is a mistake, too.
    private static Problem? Together(TrainingRequest request) => request switch
    {
        { IsFromStore: false } => null,
        { Data: not null } => Wrong("data", "nothing, because from is \"store\""),
        { TrainFrom: not null } => Wrong("train_from", "nothing, because from is \"store\": train_days counts back from the newest known labels"),
        { DelayDays: not null } => Wrong("delay_days", "nothing, because from is \"store\": Retraining:GapDays says it"),
        { Features: not null } => Wrong("features", "nothing, because from is \"store\": all that are stored"),
        { KeepKnownCards: not null } => Wrong("keep_known_cards", "nothing, because from is \"store\""),
        _ => null,
    };

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFromStore => From == "store";

    /// <summary>The trainer's arguments for it, but for data and output.</summary>
    public IEnumerable<string> Arguments()
    {
        (string Name, object? Value)[] options =
        [
            ("--train-from", TrainFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("--train-days", TrainDays),
            ("--delay-days", DelayDays),
            ("--test-days", TestDays),
            ("--max-depth", MaxDepth),
            ("--max-rounds", MaxRounds),
            ("--seed", Seed),
            ("--features", Features),
        ];
        foreach (var (name, value) in options)
        {
            if (value is not null)
            {
                yield return name;
                yield return Convert.ToString(value, CultureInfo.InvariantCulture)!;
            }
        }

        if (KeepKnownCards == true)
        {
            yield return "--keep-known-cards";
        }
    }

    private static Problem? Read(JsonProperty field, ref TrainingRequest request)
    {
        var value = field.Value;
        var number = 0;
        switch (field.Name)
        {
            case "data":
                // A name and no path: what else lies on the machine is none of the caller's business.
                if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 and <= 128 } name
                    || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
                {
                    return Wrong("data", "the name of a file in the folder of Training:DataFile");
                }

                request = request with { Data = name };
                return null;
            case "from":
                if (value.ValueKind != JsonValueKind.String || value.GetString() is not ("store" or "file"))
                {
                    return Wrong("from", "\"store\" or \"file\"");
                }

                request = request with { From = value.GetString() };
                return null;
            case "train_from":
                if (value.ValueKind != JsonValueKind.String
                    || !DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
                    || from.Year is < 1971 or > 5000)
                {
                    return Wrong("train_from", "a date such as \"2018-07-25\"");
                }

                request = request with { TrainFrom = from };
                return null;
            case "features":
                if (value.ValueKind != JsonValueKind.String || value.GetString() is not ("handbook" or "all"))
                {
                    return Wrong("features", "\"handbook\" or \"all\"");
                }

                request = request with { Features = value.GetString() };
                return null;
            case "keep_known_cards":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                {
                    return Wrong("keep_known_cards", "true or false");
                }

                request = request with { KeepKnownCards = value.GetBoolean() };
                return null;
            case "train_days":
                return Number(field, 1, 3_650, ref number) ?? Set(ref request, request with { TrainDays = number });
            case "delay_days":
                return Number(field, 0, 365, ref number) ?? Set(ref request, request with { DelayDays = number });
            case "test_days":
                return Number(field, 1, 3_650, ref number) ?? Set(ref request, request with { TestDays = number });
            case "max_depth":
                return Number(field, 1, 16, ref number) ?? Set(ref request, request with { MaxDepth = number });
            case "max_rounds":
                return Number(field, 1, 10_000, ref number) ?? Set(ref request, request with { MaxRounds = number });
            case "seed":
                return Number(field, 0, int.MaxValue, ref number) ?? Set(ref request, request with { Seed = number });
            default:
                // The name is the caller's text: only its length is bounded by the body's.
                return Wrong("body", "from, data, train_from, train_days, delay_days, test_days, max_depth, max_rounds, seed, features and keep_known_cards only");
        }
    }

    private static Problem? Set(ref TrainingRequest request, TrainingRequest next)
    {
        request = next;
        return null;
    }

    private static Problem? Number(JsonProperty field, int least, int most, ref int number) =>
        field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out number) && number >= least && number <= most
            ? null
            : Wrong(field.Name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));

    public static Problem Wrong(string field, string expected) =>
        new(400, "The training request cannot be read", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
