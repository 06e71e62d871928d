using Fraud.Stream.Journal;

namespace Fraud.Stream.ReadModel;

/// <summary>Some payments of a page, those at its places from one up to another.</summary>
/// <param name="To">Behind the last.</param>
/// <param name="Shift">What is to be added to a place in these bytes for its place in the journal's page.</param>
internal readonly record struct PageSlice(FollowedPage Page, int From, int To, int Shift = 0)
{
    public static PageSlice All(FollowedPage page) => new(page, 0, int.MaxValue);

    /// <summary>A page that was made of a single payment of another.</summary>
    public static PageSlice Of(RefusedRow parked) =>
        new(new FollowedPage(parked.Shard, 0, parked.Sequence, parked.Page), 0, 1, parked.Ordinal);

    public int OrdinalOf(in PageReader page) => page.Ordinal + Shift;

    /// <summary>Goes on to the next payment that has a row to be written; false behind the last.</summary>
    public bool Read(ref PageReader page)
    {
        while (page.Ordinal + 1 < To && page.Read())
        {
            // A bare one is of before: its row was written with its page.
            if (page.Ordinal >= From && !page.Payment.IsBare)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A page of the payment at a place, which says all that this one says of it.</summary>
    public static byte[] Cut(FollowedPage followed, int ordinal, out PagePayment payment)
    {
        var page = new PageReader(followed.Bytes.Span);
        while (page.Read())
        {
            if (page.Ordinal == ordinal)
            {
                payment = page.Payment;
                var writer = new PageWriter();
                writer.Begin(page.StoredAtMs);
                writer.Add(ref page, payment);
                return writer.End(null).ToArray();
            }
        }

        throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, "expected a place of the page");
    }
}
