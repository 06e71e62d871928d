using System.Buffers.Text;
using System.Globalization;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Store;

/// <summary>Writes the rows of pages as the results reader does: large transactions, behind the commit.</summary>
/// <param name="randomIds">Ids without order, which spread over the whole index, instead of ascending ones.</param>
internal sealed class RowsContestant(IFraudStore store, bool randomIds) : IDisposable
{
    // A busy node's pages, and a full transaction of them.
    private const int PaymentsOfPage = 128;
    private const int Pages = 32;

    private static readonly ScoredBy ScoredBy = new("payments", "1", 0.5f, 0.9f);

    private readonly PaymentStream _stream = PaymentStream.Usual("rows");
    private readonly FeatureSample _sample = new(new StorageOptions().FeatureSample);
    private readonly PageWriter _writer = new();
    private readonly Payment _payment = new();
    private readonly FollowedPage[] _pages = new FollowedPage[Pages];
    private IResultRows? _rows;
    private long _sequence;
    private long _written;

    public Contestant AsContestant() =>
        Contestant.OnThread(string.Create(CultureInfo.InvariantCulture, $"{store.Kind}, rows of {(randomIds ? "random" : "ascending")} ids"), Run);

    public void Dispose()
    {
        _rows?.Dispose();
        store.Dispose();
    }

    private Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        if (_rows is null)
        {
            store.Open();
            _rows = store.Rows.Open();
            _rows.Take(0, 1);
        }

        var meter = Meter.Start();
        var before = _written;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < Pages; i++)
            {
                _pages[i] = Fill();
            }

            if (_rows.Write(_pages) is not { Lost.Count: 0, Repeats: 0 })
            {
                throw new InvalidOperationException("Another writes to the store that is measured.");
            }
        }

        return meter.Stop(_written - before);
    }

    private FollowedPage Fill()
    {
        Span<byte> id = stackalloc byte[16];
        _writer.Begin(0);
        for (var i = 0; i < PaymentsOfPage; i++)
        {
            _stream.Fill(_payment.Transaction, _written);
            if (randomIds && Utf8Formatter.TryFormat(PaymentStream.Mix((ulong)_written), id, out var length, new('x', 16)))
            {
                _payment.Transaction.Id.TrySet(id[..length]);
            }

            _payment.KafkaOffset = _written++;
            _payment.Score = 0.01f;
            _payment.ScoredBy = ScoredBy;
            _writer.Add(_payment, _sample.Keeps(_payment));
        }

        return new FollowedPage(0, 1, ++_sequence, _writer.End(_written).ToArray());
    }
}
