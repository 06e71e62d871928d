using System.Buffers.Binary;
using System.Diagnostics;
using CsCheck;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Tracing;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Journal;

/// <summary><see cref="PageWriter"/> and <see cref="PageReader"/>: what is written is read, and what is damaged is refused.</summary>
public sealed class PageTests
{
    private const long At = 1_750_000_000_123;

    private static readonly ScoredBy[] Models = [new("payments", "7", 0.5f, 0.9f), new("payments", "8", 0.25f, 0.75f)];

    private static readonly Gen<Written> AnyWritten = Gen.Select(
        Any.Payment, Any.Number, Gen.Int[0, 2], Any.Number.Array[FeatureCatalog.Count], Gen.OneOf(Gen.Const(-1L), Gen.Long[0, long.MaxValue / 2]),
        Gen.OneOf(Models), Gen.String[0, 40].Array[0, 3], Gen.Bool,
        static (paid, score, decision, features, offset, by, reasons, keeps) =>
        {
            var payment = new Payment { KafkaOffset = offset, Score = score, Decision = (Decision)decision, ScoredBy = by, Reasons = reasons };
            paid.CopyTo(payment.Transaction);
            features.CopyTo(payment.Features, 0);
            return new Written(payment, keeps);
        });

    private static readonly Gen<PageDeadLetter> AnyLetter = Gen.Select(
        Gen.Long[0, long.MaxValue / 2], Gen.Long[0, 4_000_000_000_000], Gen.String[0, 10], Gen.String[0, 10], Gen.String[0, 200], Gen.Byte.Array[0, 40],
        Gen.Byte.Array[0, 3_000], static (offset, at, reason, field, error, key, value) => new PageDeadLetter(offset, at, new DeadLetter(key, value, reason, error, field)));

    private static readonly Gen<Content> AnyContent = Gen.Select(
        AnyWritten.Array[0, 20], AnyLetter.Array[0, 3], Gen.OneOf(Gen.Const((long?)null), Gen.Long[0, long.MaxValue].Select(static next => (long?)next)),
        static (payments, letters, next) => new Content(payments, letters, next));

    [Fact]
    public void Read_AnyPage_HasAllThatWasWrittenInItsOrder() => AnyContent.Sample(
        static content =>
        {
            var page = new PageReader(content.Write());

            Assert.Equal((At, content.Next, content.Payments.Length), (page.StoredAtMs, page.NextOffset, page.Count));
            foreach (var (payment, keeps) in content.Payments)
            {
                Assert.True(page.Read());
                AssertSame(payment, keeps, ref page);
            }

            Assert.False(page.Read());
            foreach (var letter in content.Letters)
            {
                AssertSame(letter, page.ReadDeadLetter());
            }

            Assert.Null(page.ReadDeadLetter());
        },
        iter: 1_000);

    [Fact]
    public void Read_OnlyWhatHistoriesNeed_IsTheSameWithoutTheRest() => AnyContent.Sample(
        static content =>
        {
            var entries = new List<JournalEntry>();
            JournalEntry.Read(content.Write(), entries);

            Assert.Equal(content.Payments.Select(static each => EntryOf(each.Payment)), entries);
        },
        iter: 300);

    [Fact]
    public void Add_PaymentsOfAnotherPage_GivesTheSameBytes() => AnyContent.Sample(
        static content =>
        {
            var bytes = content.Write();
            var page = new PageReader(bytes);
            var again = new PageWriter();
            again.Begin(page.StoredAtMs);
            while (page.Read())
            {
                again.Add(ref page, page.Payment);
            }

            while (page.ReadDeadLetter() is { } letter)
            {
                again.Add(letter);
            }

            while (page.ReadRetraction() is { } back)
            {
                again.Retract(back.Sequence, back.PaymentOrdinal, back.Payment);
            }

            Assert.Equal(bytes, again.End(page.NextOffset).ToArray());
        },
        iter: 500);

    [Fact]
    public void Add_TracedAndFlagged_KeepsTheTraceForTheAlert()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "page",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("page");
        using var span = source.StartActivity("payment")!;
        span.TraceStateString = "vendor=1";
        var payment = new Payment
        {
            Decision = Decision.Review,
            ScoredBy = Models[0],
            Trace = new PaymentTrace(source, span, 0, DateTime.UnixEpoch, TimeProvider.System),
        };
        var writer = new PageWriter();
        writer.Begin(At);
        writer.Add(payment, keepsFeatures: false);

        var page = new PageReader(writer.End(null));

        Assert.True(page.Read());
        Assert.Equal(span.Id, page.TraceParent(out var state));
        Assert.Equal("vendor=1", state);
    }

    [Fact]
    public void Read_PageOfTheFirstVersion_HasWhatHistoriesNeed()
    {
        var writer = new StateWriter();
        writer.Begin(1);
        JournalEntry[] entries =
        [
            new(ShortText.From("a"), ShortText.From("card"), ShortText.From("till"), 1_250, At),
            new(ShortText.From("b"), default, default, 0, At - 60_000),
        ];
        long time = 0;
        foreach (var entry in entries)
        {
            writer.Text(entry.TransactionId);
            writer.Text(entry.CardId);
            writer.Text(entry.TerminalId);
            writer.Signed(entry.AmountMinor);
            writer.Signed(entry.EventTimeMs - time);
            time = entry.EventTimeMs;
        }

        var first = writer.End().ToArray();

        Assert.Equal(entries, Entries(first));
        var page = new PageReader(first);
        Assert.Equal(((int?)null, (long?)null), (page.Count, page.NextOffset));
        Assert.True(page.Read());
        Assert.True(page.Payment.IsBare);
        Assert.Null(page.ScoredBy);

        // Rewritten, as a mend of the store does, it says no more and no less.
        var reader = new PageReader(first);
        var again = new PageWriter();
        again.Begin(0);
        while (reader.Read())
        {
            again.Add(ref reader, reader.Payment);
        }

        Assert.Equal(entries, Entries(again.End(null).ToArray()));
    }

    [Fact]
    public void Write_KnownContent_GivesTheBytesOfItsVersion() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "Fraud.Tests", "Fixtures", "pages", "2.hex")).Trim(), Convert.ToHexStringLower(Known().Write()));

    [Fact]
    public void Read_PaymentsThatAreTakenBack_AreBetweenThePaymentsWhereTheyWereWritten() => Gen.Select(AnyWritten.Array[0, 12], Gen.Int[0, 3].Array[13], AnyWritten).Sample(
        static (payments, retracted, taken) =>
        {
            var writer = new PageWriter();
            writer.Begin(At);
            var expected = new List<PageRetraction>();
            for (var i = 0; i <= payments.Length; i++)
            {
                for (var j = 0; j < retracted[i]; j++)
                {
                    expected.Add(new PageRetraction(i, 7 + j, 300 * j, EntryOf(taken.Payment)));
                    writer.Retract(7 + j, 300 * j, EntryOf(taken.Payment));
                }

                if (i < payments.Length)
                {
                    writer.Add(payments[i].Payment, payments[i].KeepsFeatures);
                }
            }

            var page = new PageReader(writer.End(null));

            var read = new List<PageRetraction>();
            while (page.ReadRetraction() is { } one)
            {
                read.Add(one);
            }

            Assert.Equal(expected, read);
            Assert.Equal(payments.Length, page.Count ?? -1);
        },
        iter: 300);

    [Fact]
    public void Read_AnyByteChanged_IsRefused()
    {
        var bytes = Known().Write();
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x20;

            Assert.Throws<CorruptStateException>(() => ReadAll(damaged));
        }

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<CorruptStateException>(() => ReadAll(bytes[..length]));
        }
    }

    [Fact]
    public void Read_DamagedBehindARightChecksum_IsReadOrRefusedAndNeverFailsOtherwise()
    {
        var read = 0;
        Gen.Select(AnyContent, Gen.Int[1, 6], Gen.ULong).Sample(
            (content, changes, seed) =>
            {
                var bytes = content.Write();
                var random = new Random((int)(seed % int.MaxValue));
                for (var i = 0; i < changes; i++)
                {
                    bytes[random.Next(1, bytes.Length - sizeof(uint))] = (byte)random.Next(256);
                }

                Seal(bytes);
                try
                {
                    ReadAll(bytes);
                    Interlocked.Increment(ref read);
                }
                catch (CorruptStateException)
                {
                    // What is expected of most.
                }
            },
            iter: 5_000);
        Assert.NotEqual(0, read);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Read_SectionOfALaterProgram_IsPassedOverWhereItMayBe(byte tag, bool isRead)
    {
        var bytes = Known().Write();
        byte[] later = [.. bytes[..^sizeof(uint)], tag, 3, 1, 2, 3, 0, 0, 0, 0];
        Seal(later);

        if (isRead)
        {
            Assert.Equal(Entries(bytes), Entries(later));
        }
        else
        {
            Assert.Contains($"section {tag} is not known", Assert.Throws<CorruptStateException>(() => ReadAll(later)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_PageOfALaterVersion_SaysWhichItKnows()
    {
        var bytes = Known().Write();
        bytes[0] = 3;
        Seal(bytes);

        Assert.Equal("journal page: expected version 1 or 2, found 3", Assert.Throws<CorruptStateException>(() => ReadAll(bytes)).Message);
    }

    private static Content Known()
    {
        var block = new Payment
        {
            KafkaOffset = 41,
            Score = 0.96875f,
            Decision = Decision.Block,
            ScoredBy = Models[1],
            Reasons = ["5 payments in a minute", "amount is 12 times the card's usual"],
        };
        Fill(block, "tx-1", "card-1", "till-9", "online", 123_456, "EUR", At - 1_000);
        block.Features[0] = 1234.5f;
        var approve = new Payment { Score = 0.0625f, ScoredBy = Models[0] };
        Fill(approve, "tx-2", "card-2", "", "", 0, "JPY", At - 5_000);
        var letter = new DeadLetter("key"u8.ToArray(), "{"u8.ToArray(), "invalid_json", "expected a JSON object", "body");
        return new Content([new Written(block, true), new Written(approve, false)], [new PageDeadLetter(42, At - 7, letter)], 43);
    }

    private static void Fill(Payment payment, string id, string card, string terminal, string source, long amount, string currency, long time)
    {
        var transaction = payment.Transaction;
        (transaction.Id, transaction.CardId, transaction.TerminalId, transaction.Source) =
            (ShortText.From(id), ShortText.From(card), ShortText.From(terminal), ShortText.From(source));
        (transaction.AmountMinor, transaction.EventTimeMs) = (amount, time);
        Assert.True(Currency.TryParse(System.Text.Encoding.ASCII.GetBytes(currency), out transaction.Currency));
    }

    private static void AssertSame(Payment expected, bool keepsFeatures, ref PageReader page)
    {
        var (sent, read) = (expected.Transaction, page.Payment);
        Assert.Equal((sent.Id, sent.CardId, sent.TerminalId, sent.Source), (read.Id, read.CardId, read.TerminalId, read.Source));
        Assert.Equal(
            (sent.AmountMinor, sent.AmountMinor, sent.Currency, sent.EventTimeMs, expected.KafkaOffset, expected.Decision),
            (read.AmountMinor, read.CountedMinor, read.Currency, read.EventTimeMs, read.KafkaOffset, read.Decision));
        Assert.Equal(BitConverter.SingleToInt32Bits(expected.Score), BitConverter.SingleToInt32Bits(read.Score));
        Assert.Equal(expected.ScoredBy, page.ScoredBy);
        Assert.Equal(expected.Reasons, page.Reasons());
        Assert.Equal(keepsFeatures ? expected.Features : [], page.Features().ToArray());
        Assert.Equal("", page.TraceParent(out _));
    }

    private static void AssertSame(PageDeadLetter expected, PageDeadLetter? read)
    {
        Assert.NotNull(read);
        Assert.Equal((expected.KafkaOffset, expected.ArrivedAtMs), (read.KafkaOffset, read.ArrivedAtMs));
        var (wanted, got) = (expected.Letter, read.Letter);
        Assert.Equal((wanted.Reason, wanted.Error, wanted.Field), (got.Reason, got.Error, got.Field));
        Assert.Equal(wanted.Key, got.Key);
        Assert.Equal(wanted.Value, got.Value);
    }

    private static JournalEntry EntryOf(Payment payment)
    {
        var paid = payment.Transaction;
        return new JournalEntry(paid.Id, paid.CardId, paid.TerminalId, paid.AmountMinor, paid.EventTimeMs);
    }

    private static List<JournalEntry> Entries(byte[] page)
    {
        var entries = new List<JournalEntry>();
        JournalEntry.Read(page, entries);
        return entries;
    }

    private static void ReadAll(byte[] bytes)
    {
        var page = new PageReader(bytes);
        while (page.Read())
        {
            _ = page.ScoredBy;
            _ = page.Reasons();
            _ = page.Features();
            _ = page.TraceParent(out _);
        }

        while (page.ReadDeadLetter() is not null || page.ReadRetraction() is not null)
        {
            // Read for its checks.
        }
    }

    private static void Seal(byte[] page) =>
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(page.Length - sizeof(uint)), Crc.Of(page.AsSpan(0, page.Length - sizeof(uint))));

    private sealed record Written(Payment Payment, bool KeepsFeatures);

    private sealed record Content(Written[] Payments, PageDeadLetter[] Letters, long? Next)
    {
        public byte[] Write()
        {
            var writer = new PageWriter();
            writer.Begin(At);
            foreach (var (payment, keeps) in Payments)
            {
                writer.Add(payment, keeps);
            }

            foreach (var letter in Letters)
            {
                writer.Add(letter);
                writer.Retract(3, 1, new JournalEntry(ShortText.From("again"), ShortText.From("card"), default, 5, At - 3));
            }

            return writer.End(Next).ToArray();
        }
    }
}
