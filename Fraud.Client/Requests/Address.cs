using System.Globalization;

namespace Fraud.Client.Requests;

/// <summary>Path and query of a request, relative to the service.</summary>
internal readonly record struct Address(string Text)
{
    public static implicit operator Address(string text) => new(text);

    /// <summary>A value as one segment of a path.</summary>
    /// <exception cref="ArgumentException">No path can carry it.</exception>
    public static string Segment(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        // HttpClient would take these for steps, escaped or not.
        return value is "." or ".."
            ? throw new ArgumentException("Expected a value that a path can carry: neither \".\" nor \"..\"", nameof(value))
            : Uri.EscapeDataString(value);
    }

    /// <summary>With a parameter; without it where the value is null.</summary>
    public Address With(string name, string? value) =>
        value is null ? this : new Address($"{Text}{(Text.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}");

    public Address With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public Address With(string name, double? value) => With(name, value?.ToString("R", CultureInfo.InvariantCulture));

    public Address With(string name, DateTimeOffset? value) => With(name, value?.ToString("O", CultureInfo.InvariantCulture));

    public override string ToString() => Text;
}
