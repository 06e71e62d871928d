using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Training;

namespace Fraud.Stream.Retraining;

/// <summary>A dataset in memory, in order of event times: the same rows whatever order nodes wrote them in.</summary>
/// <param name="Rows">With all features of the catalogue.</param>
/// <param name="Decisions">What was decided then.</param>
/// <param name="Sha256">Digest of the rows.</param>
public sealed record StoredHistory(
    Dataset Rows,
    IReadOnlyList<long> AmountsMinor,
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<float> StoredScores,
    string Sha256)
{
    /// <summary>Reads the newest whole days that hold no more than the given number of rows.</summary>
    /// <exception cref="InvalidDataException">The file is no dataset.</exception>
    public static StoredHistory Load(string file, int maxRows)
    {
        var first = FirstDay(file, maxRows);
        var read = DatasetRow.Read(file).Where(row => row.Day >= first).ToList();
        read.Sort(static (a, b) => a.EventTimeMs != b.EventTimeMs ? a.EventTimeMs.CompareTo(b.EventTimeMs) : a.Payment.CompareTo(b.Payment));

        var rows = new Dataset(FeatureCatalog.Count);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<long> head = stackalloc long[4];
        foreach (var row in read)
        {
            rows.Add(row.Features, row.IsFraud, new RowInfo(row.Day, (int)row.Card, 0, row.AmountMinor / 100f)
            {
                SecondOfDay = (int)((row.EventTimeMs / 1_000) - (row.Day * 86_400L)),
            });
            (head[0], head[1], head[2], head[3]) = (row.Payment, row.EventTimeMs, row.AmountMinor, row.IsFraud ? 1 : 0);
            digest.AppendData(MemoryMarshal.AsBytes(head));
            digest.AppendData(MemoryMarshal.AsBytes<float>(row.Features));
        }

        return new StoredHistory(
            rows,
            [.. read.Select(static row => row.AmountMinor)],
            [.. read.Select(static row => row.Decision)],
            [.. read.Select(static row => row.Score)],
            Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    private static int FirstDay(string file, int maxRows)
    {
        var perDay = new SortedDictionary<int, int>();
        foreach (var row in DatasetRow.Read(file))
        {
            perDay[row.Day] = perDay.GetValueOrDefault(row.Day) + 1;
        }

        var (first, held) = (int.MaxValue, 0);
        foreach (var (day, count) in perDay.Reverse())
        {
            held += count;
            if (held > maxRows)
            {
                break;
            }

            first = day;
        }

        return first;
    }
}
