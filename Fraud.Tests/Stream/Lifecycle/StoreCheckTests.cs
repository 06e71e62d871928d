using Fraud.Stream.Lifecycle;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Stream.Lifecycle;

public sealed class StoreCheckTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PingedStore _store;
    private readonly StoreCheck _check;
    private readonly ResultsFeed _rows = new(new CommittedPages(1), new ReaderLag(1, TimeProvider.System), MaxBehind: 1);
    private readonly HealthCheckContext _context;

    public StoreCheckTests()
    {
        _store = new PingedStore(GraphHost.Sqlite(_folder));
        _check = new StoreCheck(_store, _rows);
        _context = new HealthCheckContext { Registration = new HealthCheckRegistration("database", _check, HealthStatus.Unhealthy, [HealthTags.Ready]) };
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Check_StoreAnswers_IsHealthyAndNamesItsKind()
    {
        var result = await _check.CheckHealthAsync(_context);

        Assert.Equal((HealthStatus.Healthy, "sqlite"), (result.Status, result.Description));
    }

    /// <summary>These payments were answered and counted, so more may come.</summary>
    [Fact]
    public async Task Check_RowsAreRefused_IsHealthyAndSaysHowMany()
    {
        _rows.Refused.Parked = 3;

        var result = await _check.CheckHealthAsync(_context);

        Assert.Equal((HealthStatus.Healthy, "sqlite; it refuses the rows of 3 payments"), (result.Status, result.Description));
    }

    [Fact]
    public async Task Check_StoreIsAway_IsUnhealthyAndSaysWhy()
    {
        _store.OnPing = static () => throw new StoreUnavailableException("it is away", new IOException());

        var result = await _check.CheckHealthAsync(_context);

        Assert.Equal((HealthStatus.Unhealthy, "sqlite: it is away"), (result.Status, result.Description));
    }

    [Fact]
    public async Task Check_StoreHangs_GivesUpWhenToldToAndAsksItNoSecondTime()
    {
        using var hang = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        _store.OnPing = () =>
        {
            asked.Set();
            hang.Wait();
        };
        using var impatient = new CancellationTokenSource();
        var first = _check.CheckHealthAsync(_context, impatient.Token);
        asked.Wait();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var second = _check.CheckHealthAsync(_context);
        hang.Set();

        Assert.Equal(HealthStatus.Healthy, (await second).Status);
        Assert.Equal(1, _store.Pings);
    }

    [Fact]
    public void Checks_AllThereAre_HaveABoundAndATag()
    {
        using var services = new ServiceCollection().AddReadinessChecks().BuildServiceProvider();
        var registrations = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;

        Assert.Equal(["graph", "database", "model", "cluster", "kafka", "shards", "parts"], registrations.Select(static check => check.Name));
        Assert.All(registrations, static check =>
        {
            Assert.Equal(TimeSpan.FromSeconds(2), check.Timeout);
            Assert.Equal([HealthTags.Ready], check.Tags);
        });
    }

    private sealed class PingedStore(IFraudStore inner) : DelegatingStore(inner)
    {
        private int _pings;

        public Action OnPing { get; set; } = static () => { };

        public int Pings => Volatile.Read(ref _pings);

        public override void Ping()
        {
            Interlocked.Increment(ref _pings);
            OnPing();
        }
    }
}
