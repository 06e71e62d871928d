using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;

namespace Fraud.Http.Training;

/// <summary>What a caller asked to train: the trainer's own defaults where it said nothing.</summary>
/// <remarks>Strict: an unknown field is a mistake, because what it was to change would stay as it is.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TrainingRequest : IExample<TrainingRequest>
{
    public const string Fields =
        "nothing, or one JSON object with from, data, train_from, train_days, delay_days, test_days, max_depth, max_rounds, seed, features and keep_known_cards only";

    private const int MaxDays = 3_650;

    [Description("store: payments that were scored, held against the model in service; file, or left out: history in a file.")]
    [AllowedValues("store", "file", null), Expected("\"store\" or \"file\""), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    // A name and no path: what else lies on the machine is none of the caller's business.
    [Description("A file beside Training:DataFile, by its name; left out: that file."), StringLength(128, MinimumLength = 1)]
    [RegularExpression(@"^(?!\.{1,2}$)[^/\\\u0000]+$"), Expected("the name of a file in the folder of Training:DataFile")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Data { get; init; }

    [Description("First day that is trained on, from 1971 on."), Range(typeof(DateOnly), "1971-01-01", "5000-12-31", ParseLimitsInInvariantCulture = true)]
    [Expected("a date such as \"2018-07-25\""), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TrainFrom { get; init; }

    [Description("How many days are trained on."), Range(1, MaxDays), Expected("a whole number from 1 to 3650")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TrainDays { get; init; }

    [Description("Days between training and test, in which frauds are not known yet."), Range(0, 365), Expected("a whole number from 0 to 365")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DelayDays { get; init; }

    [Description("How many days it is measured on."), Range(1, MaxDays), Expected("a whole number from 1 to 3650")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TestDays { get; init; }

    [Description("Depth of the trees."), Range(1, 16), Expected("a whole number from 1 to 16")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxDepth { get; init; }

    [Description("Most rounds of boosting."), Range(1, 10_000), Expected("a whole number from 1 to 10000")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxRounds { get; init; }

    [Description("The same seed and data make the same model."), Range(0, int.MaxValue), Expected("a whole number from 0 to 2147483647")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Seed { get; init; }

    [Description("The handbook's fifteen, or all that the profile computes."), AllowedValues("handbook", "all", null)]
    [Expected("\"handbook\" or \"all\""), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Features { get; init; }

    [Description("True: cards that were known to be defrauded stay in the test."), Expected("true or false")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? KeepKnownCards { get; init; }

    [JsonIgnore]
    public bool IsFromStore => From == "store";

    public static TrainingRequest Example { get; } = new()
    {
        From = "file",
        Data = "handbook_transactions.csv.gz",
        TrainFrom = new DateOnly(2018, 7, 25),
        TrainDays = 7,
        DelayDays = 7,
        TestDays = 7,
        MaxDepth = 5,
        MaxRounds = 300,
        Seed = 42,
        Features = "all",
        KeepKnownCards = false,
    };

    /// <summary>What would be passed over, and is a mistake, too; null where there is no such thing.</summary>
    public Problem? Together() => this switch
    {
        { IsFromStore: false } => null,
        { Data: not null } => Wrong("data", "nothing, because from is \"store\""),
        { TrainFrom: not null } => Wrong("train_from", "nothing, because from is \"store\": train_days counts back from the newest known labels"),
        { DelayDays: not null } => Wrong("delay_days", "nothing, because from is \"store\": Retraining:GapDays says it"),
        { Features: not null } => Wrong("features", "nothing, because from is \"store\": all that are stored"),
        { KeepKnownCards: not null } => Wrong("keep_known_cards", "nothing, because from is \"store\""),
        _ => null,
    };

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

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
