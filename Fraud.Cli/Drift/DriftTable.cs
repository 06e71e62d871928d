using System.Globalization;
using Fraud.Stream.Drift;

namespace Fraud.Cli.Drift;

/// <summary>Distributions as lines of text.</summary>
internal static class DriftTable
{
    public static void Write(TextWriter output, IEnumerable<ColumnReport> columns)
    {
        output.WriteLine($"{"",-30}  {"psi",7} {"limit",7}  {"ks",7} {"limit",7}  {"js",7} {"limit",7}");
        foreach (var column in columns.OrderByDescending(static column => column.Distance.Psi))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{column.Subject,-30}  {column.Distance.Psi,7:0.0000} {column.Limit.Psi,7:0.0000}  {column.Distance.Ks,7:0.0000} {column.Limit.Ks,7:0.0000}  {column.Distance.Js,7:0.0000} {column.Limit.Js,7:0.0000}{(column.IsRaised ? "  ALARM" : column.IsExcluded ? "  excluded" : "")}"));
        }
    }
}
