using System.Globalization;
using System.IO.Compression;
using Fraud.Cli.Arguments;
using Fraud.Model.Training;

namespace Fraud.Cli.Simulate;

/// <summary>Simulated payments as a file of the handbook's columns, which <c>fraud train</c>, <c>fraud replay</c> and POST /train take.</summary>
internal static class SimulatedFile
{
    /// <summary>Writes to a name beside it first: a file that is there is whole.</summary>
    /// <returns>Rows, and how many of them are frauds.</returns>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static (long Rows, long Frauds) Write(string file, IEnumerable<SimulatedPayment> payments, CancellationToken stopping)
    {
        var unfinished = file + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            long rows = 0, frauds = 0;
            using (var writer = Open(unfinished, isPacked: file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)))
            {
                writer.WriteLine(HandbookReader.Header);
                foreach (var payment in payments)
                {
                    stopping.ThrowIfCancellationRequested();
                    writer.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{payment.Number},{payment.UnixSeconds},{payment.CustomerId},{payment.TerminalId},{payment.AmountMinor / 100m:0.00},{(payment.IsFraud ? 1 : 0)},{(int)payment.Scenario}"));
                    rows++;
                    frauds += payment.IsFraud ? 1 : 0;
                }
            }

            File.Move(unfinished, file, overwrite: true);
            return (rows, frauds);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--file: expected a place to write to; {failure.Message}", failure);
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }

    private static StreamWriter Open(string file, bool isPacked)
    {
        System.IO.Stream stream = File.Create(file);
        return new StreamWriter(isPacked ? new GZipStream(stream, CompressionLevel.Optimal) : stream);
    }
}
