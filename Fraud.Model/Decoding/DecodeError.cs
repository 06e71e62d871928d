namespace Fraud.Model.Decoding;

/// <summary>Why a payment or a label could not be read. Names the field and what was expected; never quotes a value.</summary>
/// <param name="Reason">For machines: "invalid_json", "missing_field", "invalid_field" or "duplicate_field".</param>
/// <param name="Field">The field, or "body".</param>
/// <param name="Expected">What was expected there.</param>
public readonly record struct DecodeError(string Reason, string Field, string Expected)
{
    public string Message => $"{Field}: expected {Expected}";

    internal static DecodeError InvalidJson { get; } = new("invalid_json", "body", "one JSON object");

    internal static DecodeError Invalid(string field, string expected) => new("invalid_field", field, expected);

    internal static DecodeError Missing(string field, string expected) => new("missing_field", field, expected);

    internal static DecodeError Duplicate(string field) =>
        new("duplicate_field", field, "the field once (under one of its names)");

    /// <summary>False, with an error about the field: reads as the other side of "it is good or".</summary>
    internal static bool Fail(string field, string expected, out DecodeError error)
    {
        error = Invalid(field, expected);
        return false;
    }
}
