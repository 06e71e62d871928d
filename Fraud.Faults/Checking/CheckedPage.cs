using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Fraud.Faults.Checking;

/// <summary>
/// A page of the journal, read by docs/decisions/0014 and without the product's reader, so that an error of that one does not hide itself.
/// </summary>
/// <param name="Letters">Offsets and reasons of records that are no payments.</param>
public sealed record CheckedPage(long StoredAtMs, IReadOnlyList<CheckedPayment> Payments, long? NextOffset, IReadOnlyList<(long Offset, string Reason)> Letters)
{
    /// <summary>Page, place and id of what it takes back.</summary>
    public IReadOnlyList<(long Sequence, int Ordinal, string Id)> Retractions { get; init; } = [];

    private const int Version = 2;
    private const ulong PaymentsTag = 1, ModelsTag = 3, ReasonsTag = 5, FeaturesTag = 7, NextOffsetTag = 9, LettersTag = 11, RetractionsTag = 13;

    /// <exception cref="InvalidDataException">It is no such page.</exception>
    public static CheckedPage Read(byte[] page)
    {
        var body = page.Length > 5 ? page.AsSpan(0, page.Length - 4) : throw new InvalidDataException("a page of less than six bytes");
        if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(page.Length - 4)) || page[0] != Version)
        {
            throw new InvalidDataException("a page whose checksum does not fit, or of another version");
        }

        var at = new Position(page, 1, body.Length);
        var storedAt = (long)at.Number();
        var sections = new SortedDictionary<ulong, Position>();
        while (!at.IsAtEnd)
        {
            var tag = at.Number();
            sections.Add(tag, tag % 2 == 0 || tag <= RetractionsTag ? at.Block() : throw new InvalidDataException($"section {tag} is not known"));
        }

        var payments = sections.TryGetValue(PaymentsTag, out var rows) ? ReadPayments(rows) : [];
        var models = sections.TryGetValue(ModelsTag, out var named) ? ReadModels(named) : [];
        var reasons = sections.TryGetValue(ReasonsTag, out var why) ? ReadColumn(why) : [];
        var features = sections.TryGetValue(FeaturesTag, out var given) ? ReadColumn(given) : [];
        var whole = payments.Select((payment, i) => payment with
        {
            Model = models[payment.ModelNumber],
            Reasons = reasons.TryGetValue(i, out var texts) ? (int)texts.Number() : 0,
            Features = features.TryGetValue(i, out var floats) ? floats.Singles() : null,
        });
        return new CheckedPage(
            storedAt, [.. whole],
            sections.TryGetValue(NextOffsetTag, out var next) ? (long)next.Number() : null,
            sections.TryGetValue(LettersTag, out var letters) ? ReadLetters(letters) : [])
        {
            Retractions = sections.TryGetValue(RetractionsTag, out var taken) ? ReadRetractions(taken) : [],
        };
    }

    private static List<CheckedPayment> ReadPayments(Position rows)
    {
        var payments = new List<CheckedPayment>();
        var count = rows.Number();
        long time = 0, offset = 0;
        for (ulong i = 0; i < count; i++)
        {
            var flags = rows.Byte();
            if (flags >= 16)
            {
                throw new InvalidDataException("a payment without score, or with a mark that is not known");
            }

            var (id, card, terminal, source) = (rows.Short(), rows.Short(), rows.Short(), rows.Short());
            var currency = Encoding.ASCII.GetString(rows.Bytes(3)).Trim('\0');
            var amount = (long)rows.Number();
            var counted = amount + rows.Signed();
            time += rows.Signed();
            var isFromKafka = (flags & 8) != 0;
            offset += isFromKafka ? rows.Signed() : 0;
            payments.Add(new CheckedPayment(id, card, terminal, source, currency, amount, counted, time, flags & 7, isFromKafka ? offset : null)
            {
                Score = rows.Single(),
                ModelNumber = (int)rows.Number(),
            });
        }

        return rows.IsAtEnd ? payments : throw new InvalidDataException("something behind the payments of a page");
    }

    private static List<string> ReadModels(Position section)
    {
        var models = new List<string>();
        while (!section.IsAtEnd)
        {
            models.Add(section.Text() + " " + section.Text());
            section.Bytes(8);
        }

        return models;
    }

    private static Dictionary<int, Position> ReadColumn(Position section)
    {
        var column = new Dictionary<int, Position>();
        var ordinal = -1;
        while (!section.IsAtEnd)
        {
            ordinal += 1 + (int)section.Number();
            column.Add(ordinal, section.Block());
        }

        return column;
    }

    private static List<(long Offset, string Reason)> ReadLetters(Position section)
    {
        var letters = new List<(long, string)>();
        long offset = 0;
        for (var left = section.Number(); left > 0; left--)
        {
            offset += section.Signed();
            section.Signed();
            letters.Add((offset, section.Text()));
            _ = section.Text() + section.Text();
            section.Block();
            section.Block();
        }

        return letters;
    }

    private static List<(long Sequence, int Ordinal, string Id)> ReadRetractions(Position section)
    {
        var retractions = new List<(long, int, string)>();
        for (var left = section.Number(); left > 0; left--)
        {
            section.Number();
            retractions.Add(((long)section.Number(), (int)section.Number(), section.Short()));
            _ = section.Short() + section.Short();
            section.Signed();
            section.Signed();
        }

        return section.IsAtEnd ? retractions : throw new InvalidDataException("something behind what a page takes back");
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        return ~crc;
    }

    private sealed class Position(byte[] page, int from, int end)
    {
        private int _at = from;

        public bool IsAtEnd => _at == end;

        public byte Byte() => Bytes(1)[0];

        public ReadOnlySpan<byte> Bytes(int count)
        {
            if (count < 0 || count > end - _at)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{count} bytes wanted at {_at} of {end}"));
            }

            _at += count;
            return page.AsSpan(_at - count, count);
        }

        public ulong Number()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = Byte();
                value |= (ulong)(part & 127) << shift;
                if (part < 128)
                {
                    return value;
                }
            }
        }

        public long Signed()
        {
            var number = Number();
            return number % 2 == 0 ? (long)(number / 2) : -(long)(number / 2) - 1;
        }

        public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Bytes(4));

        public string Short() => Encoding.UTF8.GetString(Bytes(Byte()));

        public string Text() => Encoding.UTF8.GetString(Bytes((int)Number()));

        public Position Block()
        {
            var length = (int)Number();
            Bytes(length);
            return new Position(page, _at - length, _at);
        }

        public float[] Singles()
        {
            var floats = new float[(end - _at) / 4];
            for (var i = 0; i < floats.Length; i++)
            {
                floats[i] = Single();
            }

            return floats;
        }
    }
}

/// <summary>A payment of a <see cref="CheckedPage"/>.</summary>
/// <param name="Decision">0 approve, 1 review, 2 block.</param>
/// <param name="KafkaOffset">Null when it came over HTTP.</param>
public sealed record CheckedPayment(
    string Id, string CardId, string TerminalId, string Source, string Currency, long AmountMinor, long CountedMinor, long EventTimeMs, int Decision, long? KafkaOffset)
{
    public float Score { get; init; }

    internal int ModelNumber { get; init; }

    /// <summary>Name and version.</summary>
    public string Model { get; init; } = "";

    /// <summary>How many.</summary>
    public int Reasons { get; init; }

    /// <summary>What the model was given; null where that was not kept.</summary>
    public float[]? Features { get; init; }
}
