using System.Globalization;
using System.Text.Json.Serialization;

namespace Fraud.Benchmarks.Reporting;

/// <summary>What a figure has to reach. Medians are held against it.</summary>
/// <param name="On">Which of the figure's values.</param>
public sealed record Bar(BarOn On, BarKind Kind, double Limit)
{
    public static Bar RatioAtLeast(double limit) => new(BarOn.Ratio, BarKind.AtLeast, limit);

    public static Bar RatioAtMost(double limit) => new(BarOn.Ratio, BarKind.AtMost, limit);

    public static Bar AtMost(double limit) => new(BarOn.Ours, BarKind.AtMost, limit);

    public static Bar Below(double limit) => new(BarOn.Ours, BarKind.Below, limit);

    public bool IsMet(Figure figure)
    {
        var value = On == BarOn.Ratio ? figure.Ratio?.Median ?? double.NaN : figure.Ours.Median;
        return Kind switch
        {
            BarKind.AtLeast => value >= Limit,
            BarKind.AtMost => value <= Limit,
            _ => value < Limit,
        };
    }

    public override string ToString()
    {
        var sign = Kind switch { BarKind.AtLeast => "≥", BarKind.AtMost => "≤", _ => "<" };
        return string.Create(CultureInfo.InvariantCulture, $"{(On == BarOn.Ratio ? "ratio " : "")}{sign} {Limit:#,0.##}");
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<BarOn>))]
public enum BarOn
{
    Ours,
    Ratio,
}

[JsonConverter(typeof(JsonStringEnumConverter<BarKind>))]
public enum BarKind
{
    AtLeast,
    AtMost,
    Below,
}
