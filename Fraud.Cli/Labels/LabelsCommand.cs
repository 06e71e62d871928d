using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Model.Decoding;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Labels;

/// <summary><c>fraud labels import</c>: what is known of payments, from a file.</summary>
public static class LabelsCommand
{
    private const int ProgressEvery = 100_000;

    public static Command Create() => new("labels", "Tell the service which payments were frauds.") { Import() };

    private static Command Import()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "CSV with a header: transaction_id, is_fraud, and if known card_id, terminal_id, event_time; - for standard input",
        };
        var kafka = Options.Brokers("--kafka", "brokers; labels go to the topic in the file's order", "localhost:9092");
        var topic = new Option<string>("--topic") { Description = "topic of labels", DefaultValueFactory = static _ => new KafkaOptions().LabelsTopic };
        var postgres = new Option<string>("--postgres") { Description = "connection string: straight into the store, without Kafka", HelpName = "STRING" };
        var dryRun = Options.Flag("--dry-run", "look at every line and send nothing");
        var json = Options.Json();
        var command = new Command("import", "Import labels from a file, in its order. A label that comes twice counts once.")
        {
            file, kafka, topic, postgres, dryRun, json,
        };
        command.SetAction(async (arguments, stopping) =>
        {
            var path = arguments.GetValue(file)!;
            if (arguments.GetValue(postgres) is not null && arguments.GetResult(kafka) is { Implicit: false })
            {
                throw new UsageException("--postgres: expected not to be given together with --kafka");
            }

            if (path != "-" && !File.Exists(path))
            {
                throw new UsageException("FILE: expected a file that exists, or -");
            }

            var progress = arguments.GetValue(json) ? TextWriter.Null : arguments.InvocationConfiguration.Error;
            var result = await Task.Run(
                () =>
                {
                    if (path != "-")
                    {
                        // A file with a mistake in it sends nothing. Standard input comes only once.
                        Copy(path, new NoLabelTarget(), TextWriter.Null, stopping);
                    }

                    using var target = Target();
                    return Copy(path, target, progress, stopping);
                },
                CancellationToken.None);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json) ? result.ToJson() : result.ToString());
            return 0;

            ILabelTarget Target()
            {
                if (arguments.GetValue(dryRun))
                {
                    return new NoLabelTarget();
                }

                return arguments.GetValue(postgres) is { } connection
                    ? new LabelStore(Open(connection), arguments.GetValue(topic)!)
                    : new LabelTopic(arguments.GetValue(kafka)!, arguments.GetValue(topic)!);
            }
        });
        return command;
    }

    private static IFraudStore Open(string connection)
    {
        var store = StoreFactory.Create(
            new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection }, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        try
        {
            store.Open();
            return store;
        }
        catch (StoreUnavailableException error)
        {
            store.Dispose();
            throw new CommandException($"--postgres: expected a store that answers ({error.Message})", error);
        }
    }

    private static ImportResult Copy(string path, ILabelTarget target, TextWriter progress, CancellationToken stopping)
    {
        // What is no UTF-8 is a mistake of the file, not another letter.
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        using var text = path == "-" ? Console.In : new StreamReader(path, strict);
        var name = path == "-" ? "standard input" : path;
        var labels = new LabelFile(name, text, new LabelReader(new TransactionLimits(), CardNumbers.OfThisMachine()));
        long count = 0, frauds = 0;
        try
        {
            foreach (var (label, json) in labels.Read())
            {
                stopping.ThrowIfCancellationRequested();
                target.Send(label, json.Span);
                frauds += label.IsFraud ? 1 : 0;
                if (++count % ProgressEvery == 0)
                {
                    progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} labels"));
                }
            }
        }
        catch (DecoderFallbackException error)
        {
            throw new CommandException($"{name}: near line {labels.Line + 1}: expected UTF-8", error);
        }
        catch (Exception error) when (error is CommandException && path == "-" && target is not NoLabelTarget && count > 0)
        {
            target.Complete(stopping);
            throw new CommandException(string.Create(
                CultureInfo.InvariantCulture, $"{error.Message}; the {count} labels before it were sent to {target.Name}"), error);
        }

        target.Complete(stopping);
        return new ImportResult(count, frauds, target.Name, target is NoLabelTarget);
    }

    private sealed record ImportResult(long Labels, long Frauds, string To, bool DryRun)
    {
        public string ToJson() => JsonSerializer.Serialize(new { labels = Labels, frauds = Frauds, to = To, dry_run = DryRun });

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Labels:N0} labels, {Frauds:N0} of them frauds, to {To}");
    }
}
