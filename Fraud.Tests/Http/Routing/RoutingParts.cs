using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Akka.Actor;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Tracing;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Routing;

/// <summary>A front door without a server: gate, router and senders on a clock set by hand. Its lane keeps what it gets.</summary>
internal sealed class RoutingParts : IDisposable
{
    public const int Shards = 6;

    /// <summary>So long that a busy machine does not miss it while a test lets time pass.</summary>
    public static readonly TimeSpan LongDeadline = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan ShortDeadline = TimeSpan.FromSeconds(2);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PaymentTracer _tracer;

    public RoutingParts(ActorSystem? system = null, RoutingOptions? options = null, TimeSpan? deadline = null)
    {
        var overload = new OverloadOptions { RatePerSecond = 0, Deadline = deadline ?? LongDeadline };
        Gate = new AdmissionGate(Lane, new ShardRouter(Shards), Directory, overload, Time);
        Gate.Open();
        var routing = options ?? new RoutingOptions();
        Metrics = new RoutingMetrics(_services.GetRequiredService<IMeterFactory>());
        Senders = new ShardSenders(Directory, Region, routing, Metrics, Time, NullLogger<ShardSenders>.Instance);
        if (system is not null)
        {
            Senders.ReplyTo = system.ActorOf(Props.Create(() => new ForwardReplies(Senders)));
        }

        _tracer = new PaymentTracer(new TracingOptions(), new KafkaOptions(), Time);
        Router = new PaymentRouter(
            Directory, new NodeIdentity("front", ""), Gate, Senders, new ClusterOptions(),
            routing, overload, Metrics, _tracer, Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public ShardDirectory Directory { get; } = new(Shards);

    public ShardRegionRef Region { get; } = new();

    public KeptLane Lane { get; } = new();

    public AdmissionGate Gate { get; }

    public RoutingMetrics Metrics { get; }

    public ShardSenders Senders { get; }

    public PaymentRouter Router { get; }

    public PaymentTracer Tracer => _tracer;

    /// <summary>A payment of a shard, as it comes in.</summary>
    public Payment Payment(int shard, string id = "id")
    {
        var payment = Gate.Rent();
        payment.Transaction.Id = ShortText.From(id);
        payment.Transaction.CardId = ShortText.From(CardOf(shard));
        payment.Transaction.AmountMinor = 1_250;
        Gate.Prepare(payment);
        return payment;
    }

    public Task<RoutedPayment[]> Score(params IReadOnlyList<Payment> payments) => Router.Score(payments, CancellationToken.None);

    /// <summary>Lets time pass until something is so.</summary>
    public Task Until(Func<bool> condition) => Poll.Until(() =>
    {
        if (condition())
        {
            return true;
        }

        Time.Advance(TimeSpan.FromMilliseconds(50));
        return false;
    });

    /// <summary>What the owner's front door makes of a message, each payment with an outcome.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Answers(ScorePayments message, Func<RoutedPayment, RouteOutcome> outcome, string node = "owner")
    {
        var payments = Read(message, out var number);
        _ = new ScoreGroup(payments, Gate, Time, repeats: false);
        foreach (var payment in payments)
        {
            if (outcome(payment) == RouteOutcome.Scored)
            {
                Answer answer = default;
                answer.CopyFrom(new Payment { Score = 0.25f, ScoredBy = new ScoredBy("payments", "1", 0.2f, 0.9f), Reasons = ["amount"] }, 1);
                payment.Score(answer, 1);
            }
            else
            {
                payment.Settle(outcome(payment));
            }
        }

        var answers = new List<ReadOnlyMemory<byte>>();
        for (var from = 0; from < payments.Count;)
        {
            answers.Add(ForwardCodec.WriteAnswers(new StateWriter(), number, node, payments, ref from));
        }

        return answers;
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Answers(ScorePayments message, RouteOutcome outcome) => Answers(message, _ => outcome);

    public List<RoutedPayment> Read(ScorePayments message, out ulong number) => ForwardCodec.ReadRequest(message.Payments.Span, Gate, Time, out number);

    public static string CardOf(int shard)
    {
        var router = new ShardRouter(Shards);
        return Enumerable.Range(0, 1_000).Select(static i => $"card-{i}").First(card => router.ShardOf(Encoding.UTF8.GetBytes(card)) == shard);
    }

    public void Dispose()
    {
        Senders.Dispose();
        _tracer.Dispose();
        _services.Dispose();
    }

    /// <summary>Takes payments, and does nothing with them until a test does.</summary>
    public sealed class KeptLane : ILaneIntake
    {
        public ConcurrentQueue<Payment> Taken { get; } = new();

        public bool TryOffer(MicroBatch batch) => throw new NotSupportedException("The gate offers payments.");

        public bool TryOffer(Payment payment)
        {
            Taken.Enqueue(payment);
            return true;
        }
    }
}
