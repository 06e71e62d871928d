using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Confluent.Kafka;
using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;
using Fraud.Stream.State;

namespace Fraud.Faults.Checking;

/// <summary>The same questions after every fault: inputs against results, offsets, alerts, journals, features, answers.</summary>
public sealed class Checker(FraudCluster cluster, InputPlan plan, InputShape shape, HttpFeed http)
{
    /// <summary>The reader that sends alerts and dead letters.</summary>
    public const string Alerts = "alerts";

    /// <summary>The one that writes rows.</summary>
    public const string Rows = "results";

    private readonly List<string> _violations = [];
    private readonly StoreReader _store = new(cluster.Storage);
    private readonly ShardRouter _router = new(FraudCluster.Partitions);

    // What pages say that Kafka must have.
    private readonly HashSet<string> _flagged = new(StringComparer.Ordinal);
    private readonly HashSet<(string Topic, string Partition, string Offset)> _letters = [];
    private readonly Dictionary<string, ParkedPayment> _parked = new(StringComparer.Ordinal);
    private int _duplicated;

    public CheckReport Run()
    {
        var inputs = plan.All.ToDictionary(static input => input.Id, StringComparer.Ordinal);
        var rows = _store.Results();
        var results = new Dictionary<string, StoredResult>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (!results.TryAdd(row.Id, row))
            {
                _duplicated++;
                _violations.Add($"{row.Id} is stored more than once");
            }
        }

        foreach (var parked in _store.Parked())
        {
            if (results.ContainsKey(parked.Id) || !_parked.TryAdd(parked.Id, parked))
            {
                _duplicated++;
                _violations.Add($"{parked.Id} is parked, and stored or parked besides");
            }
        }

        var lost = inputs.Keys.Where(id => !results.ContainsKey(id) && !_parked.ContainsKey(id)).ToArray();
        Report(lost.Length, "lost", lost);
        CheckContent(inputs, results);
        CheckOrder(rows);
        using (var kafka = new KafkaReader(cluster.Broker.BootstrapServers))
        {
            CheckOffsets(kafka, FraudCluster.TransactionsTopic, FraudCluster.Partitions);
            CheckOffsets(kafka, FraudCluster.LabelsTopic, 1);
        }

        var journals = ReadJournals(results);
        using (var kafka = new KafkaReader(cluster.Broker.BootstrapServers))
        {
            CheckAlerts(kafka);
            CheckDeadLetters(kafka);
        }

        var labels = cluster.Store.ReadLabelJournal(0, int.MaxValue);
        var features = new FeatureReplay(journals, labels, results, plan, card => _router.ShardOf(card.Utf8));
        _violations.AddRange(features.Run());
        CheckAnswers(results);
        Report([.. plan.Poison.Where(static input => input.ViaHttp).Select(static input => input.Id)], http.Poisoned, "poison payments over HTTP", "answers with 500");
        return new CheckReport(inputs.Count, lost.Length, _duplicated, _violations);
    }

    private void CheckContent(Dictionary<string, Input> inputs, Dictionary<string, StoredResult> results)
    {
        var unknown = results.Keys.Concat(_parked.Keys).Where(id => !inputs.ContainsKey(id)).ToArray();
        Report(unknown.Length, "stored but never sent", unknown);
        var different = results.Values.Where(row => inputs.TryGetValue(row.Id, out var input)
                && (row.CardId != input.CardId || row.TerminalId != input.TerminalId || row.AmountMinor != input.AmountMinor
                    || row.EventTimeMs != input.EventTimeMs || row.Shard != _router.ShardOf(System.Text.Encoding.UTF8.GetBytes(row.CardId))))
            .Select(static row => row.Id).ToArray();
        Report(different.Length, "stored otherwise than sent", different);
    }

    /// <summary>Within a shard what came through Kafka is stored in the order of its offsets.</summary>
    private void CheckOrder(List<StoredResult> rows)
    {
        foreach (var shard in rows.Where(static row => row.KafkaOffset is not null).GroupBy(static row => row.Shard))
        {
            long last = -1;
            foreach (var row in shard)
            {
                if (row.KafkaOffset <= last)
                {
                    _violations.Add(string.Create(CultureInfo.InvariantCulture, $"shard {shard.Key}: offset {row.KafkaOffset} is stored after {last}"));
                    break;
                }

                last = row.KafkaOffset!.Value;
            }
        }
    }

    private void CheckOffsets(KafkaReader kafka, string topic, int partitions)
    {
        var stored = cluster.Store.ReadOffsets(topic);
        var ends = kafka.Ends(topic, partitions);
        for (var partition = 0; partition < partitions; partition++)
        {
            var next = stored.GetValueOrDefault(partition);
            if (next != ends[partition])
            {
                _violations.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{topic} [{partition}]: stored offset {next}, but the partition ends at {ends[partition]}"));
            }
        }
    }

    private void CheckAlerts(KafkaReader kafka)
    {
        if (_flagged.Count == 0)
        {
            _violations.Add("no payment was flagged: alerts were not put to the test");
        }

        // At least once: one that came twice has the same id.
        Report(_flagged, kafka.ReadAll(FraudCluster.AlertsTopic).Select(AlertId), "flagged payments in the journals", "alerts in Kafka");
    }

    private void CheckDeadLetters(KafkaReader kafka)
    {
        var all = kafka.ReadAll(FraudCluster.DeadLetterTopic);
        // A producer that retries may have sent one twice: then it is two records and two letters.
        if (_letters.Count < shape.Unreadable + plan.Poison.Count(static input => input.ViaKafka))
        {
            _violations.Add(string.Create(CultureInfo.InvariantCulture, $"{shape.Unreadable} unreadable records sent, {_letters.Count} dead letters in the journals"));
        }

        Report(
            [.. _letters.Select(static letter => letter.ToString())],
            all.Select(static message => (Text(message, "origin.topic"), Text(message, "origin.partition"), Text(message, "origin.offset")).ToString()),
            "dead letters in the journals", "dead letters in Kafka");
        Report(
            [.. plan.Poison.Where(static input => input.ViaKafka).Select(static input => input.Id)],
            all.Where(static message => Text(message, "reason") == "poison").Select(static message => TransactionId(message)),
            "poison payments through Kafka", "dead letters for poison");
    }

    private List<IReadOnlyList<JournalStep>> ReadJournals(Dictionary<string, StoredResult> results)
    {
        var journals = new List<IReadOnlyList<JournalStep>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var different = new List<string>();
        var shards = cluster.Store.ReadHeads();
        var offsets = cluster.Store.ReadOffsets(FraudCluster.TransactionsTopic);
        var taken = new List<(int Shard, long Sequence, int Ordinal, string Id, long? Retracted)>();
        var (rows, alerts) = (_store.Positions(Rows), _store.Positions(Alerts));
        var noted = _store.Repeats();
        var repeats = noted.Select(static note => (note.Shard, note.Sequence, note.Ordinal)).ToHashSet();
        for (var shard = 0; shard < FraudCluster.Partitions; shard++)
        {
            var entries = new List<JournalStep>();
            var counted = new Dictionary<(long Sequence, int Ordinal), CheckedPayment>();
            long? next = null;
            long sequence = 0;
            foreach (var page in cluster.Store.ReadJournal(shard, 0, int.MaxValue))
            {
                if (page.Sequence != ++sequence)
                {
                    _violations.Add(string.Create(CultureInfo.InvariantCulture, $"shard {shard}: journal position {page.Sequence}, expected {sequence}"));
                    sequence = page.Sequence;
                }

                var content = CheckedPage.Read(page.Payload);
                for (var ordinal = 0; ordinal < content.Payments.Count; ordinal++)
                {
                    counted.Add((page.Sequence, ordinal), content.Payments[ordinal]);
                    entries.Add(new JournalStep(content.Payments[ordinal], repeats.Contains((shard, page.Sequence, ordinal)) ? StepKind.Repeat : StepKind.First));
                }

                foreach (var (from, ordinal, id) in content.Retractions)
                {
                    if (counted.TryGetValue((from, ordinal), out var again))
                    {
                        entries.Add(new JournalStep(again, StepKind.TakenBack));
                    }
                    else
                    {
                        _violations.Add(string.Create(CultureInfo.InvariantCulture, $"shard {shard}: page {page.Sequence} takes back {id}, which page {from} does not have"));
                    }
                }

                next = content.NextOffset;
                AddOutgoing(shard, content);
                taken.AddRange(content.Retractions.Select(each => (shard, each.Sequence, each.Ordinal, each.Id, (long?)page.Sequence)));
            }

            if ((next ?? -1) != offsets.GetValueOrDefault(shard, -1))
            {
                _violations.Add(string.Create(CultureInfo.InvariantCulture, $"shard {shard}: its last page goes on at offset {next}, the store at {offsets.GetValueOrDefault(shard, -1)}"));
            }

            if (rows.GetValueOrDefault(shard) != sequence || alerts.GetValueOrDefault(shard) != sequence)
            {
                _violations.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"shard {shard}: rows are at page {rows.GetValueOrDefault(shard)}, alerts at {alerts.GetValueOrDefault(shard)}, its journal ends at {sequence}"));
            }

            if (shards.FirstOrDefault(row => row.Shard == shard) is { } row && row.Sequence != sequence)
            {
                _violations.Add(string.Create(CultureInfo.InvariantCulture, $"shard {shard} is at {row.Sequence}, its journal ends at {sequence}"));
            }

            foreach (var entry in entries.Where(static step => step.Kind == StepKind.First).Select(static step => step.Payment))
            {
                var id = entry.Id;
                if (!seen.Add(id))
                {
                    _duplicated++;
                    _violations.Add($"{id} is in the journals more than once");
                }

                if (results.TryGetValue(id, out var result) && result.Shard != shard)
                {
                    _violations.Add($"{id} is in the journal of another shard");
                }
                else if (result is not null && !IsSame(entry, result))
                {
                    different.Add(id);
                }
            }

            journals.Add(entries);
            var misplaced = _parked.Values.Where(each => each.Shard == shard
                && !(counted.TryGetValue((each.Sequence, each.Ordinal), out var page) && IsSame(page, each.Payment))).Select(static each => each.Id).ToArray();
            Report(misplaced.Length, "parked otherwise than their page has them", misplaced);
        }

        // Each repeat that rows found is taken back once, by the page that its note names, and nothing else is.
        Report(
            [.. noted.Select(static note => note.ToString())], taken.Select(static each => each.ToString()), "notes of repeats", "payments that pages take back");
        Report([.. results.Keys, .. _parked.Keys], seen, "results and parked payments", "payments in the journals");
        Report(different.Count, "otherwise in the journal than in its row", different);
        return journals;
    }

    private void AddOutgoing(int shard, CheckedPage page)
    {
        _flagged.UnionWith(page.Payments.Where(static payment => payment.Decision != 0).Select(static payment => "alert-" + payment.Id));
        _letters.UnionWith(page.Letters.Select(letter => (
            FraudCluster.TransactionsTopic, shard.ToString(CultureInfo.InvariantCulture), letter.Offset.ToString(CultureInfo.InvariantCulture))));
    }

    private static bool IsSame(CheckedPayment page, StoredResult row) =>
        (page.CardId, page.TerminalId, page.Source, page.Currency, page.AmountMinor, page.CountedMinor, page.EventTimeMs)
            == (row.CardId, row.TerminalId, row.Source, row.Currency, row.AmountMinor, row.AmountMinor, row.EventTimeMs)
        && (page.Decision, page.KafkaOffset, page.Model, page.Reasons, BitConverter.SingleToInt32Bits(page.Score))
            == (row.Decision, row.KafkaOffset, row.Model, row.Reasons, BitConverter.SingleToInt32Bits(row.Score))
        && (page.Features is null ? !row.IsFlagged : MemoryMarshal.AsBytes(page.Features.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(row.Features.AsSpan())));

    private static bool IsSame(CheckedPayment page, CheckedPayment parked) =>
        (page with { ModelNumber = 0, Features = null }) == (parked with { ModelNumber = 0, Features = null })
        && (page.Features ?? []).AsSpan().SequenceEqual(parked.Features ?? []);

    private void CheckAnswers(Dictionary<string, StoredResult> results)
    {
        var answers = http.Answers;
        var missing = answers.Where(answer => !results.ContainsKey(answer.Id) && !_parked.ContainsKey(answer.Id)).Select(static answer => answer.Id).ToArray();
        Report(missing.Length, "answered with 200 but not stored", missing);
        var different = answers.Where(answer => ScoreOf(answer.Id, results) is { } score
            && BitConverter.SingleToInt32Bits(score) != BitConverter.SingleToInt32Bits(answer.Score)).Select(static answer => answer.Id).ToArray();
        Report(different.Length, "answered with another score than stored", different);
    }

    private float? ScoreOf(string id, Dictionary<string, StoredResult> results) =>
        results.TryGetValue(id, out var row) ? row.Score : _parked.TryGetValue(id, out var parked) ? parked.Payment.Score : null;

    private void Report(int count, string what, IEnumerable<string> examples)
    {
        if (count > 0)
        {
            _violations.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}, such as {string.Join(", ", examples.Take(3))}"));
        }
    }

    private void Report(HashSet<string> expected, IEnumerable<string> found, string these, string those)
    {
        var other = found.ToHashSet(StringComparer.Ordinal);
        var missing = expected.Where(each => !other.Contains(each)).ToArray();
        var extra = other.Where(each => !expected.Contains(each)).ToArray();
        Report(missing.Length, $"{these} without {those}", missing);
        Report(extra.Length, $"{those} without {these}", extra);
    }

    private static string AlertId(Message<byte[], byte[]> message)
    {
        using var json = JsonDocument.Parse(message.Value);
        return json.RootElement.GetProperty("alert_id").GetString()!;
    }

    private static string TransactionId(Message<byte[], byte[]> message)
    {
        using var json = JsonDocument.Parse(message.Value);
        return json.RootElement.GetProperty("transaction_id").GetString()!;
    }

    private static string Text(Message<byte[], byte[]> message, string header) =>
        System.Text.Encoding.UTF8.GetString(message.Headers.GetLastBytes(header));
}
