using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Fraud.Tests.Http.Audit;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Security.SignIns;

/// <summary>What becomes of wrong keys and tokens: slowed, counted, logged, audited, and all of that bounded.</summary>
public sealed partial class FailedSignInsTests
{
    private const int Allowed = 20;

    private const int Failures = 300;

    [Fact]
    public async Task WrongKeys_Hundreds_AreSlowedCountedLoggedAndOneEntryEach()
    {
        var log = new RecordingLog();
        var server = Server(new() { ["Security:SignIns:MaxFailures"] = "20", ["Security:SignIns:ReportInterval"] = "00:00:05" }, log);
        await server.InitializeAsync();
        try
        {
            var good = await SecuredServer.Key(server.Services, Scopes.All);
            var damaged = good[..^2] + (good.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA");
            var statuses = new List<HttpStatusCode>();
            for (var i = 0; i < Failures; i++)
            {
                using var refused = await Ask(server, damaged);
                statuses.Add(refused.StatusCode);
                Assert.Equal(refused.StatusCode == HttpStatusCode.TooManyRequests, refused.Headers.RetryAfter?.Delta is { TotalSeconds: > 0 and <= 60 });
            }

            Assert.Equal(Enumerable.Repeat(HttpStatusCode.Unauthorized, Allowed), statuses.Take(Allowed));
            Assert.All(statuses.Skip(Allowed), static status => Assert.Equal(HttpStatusCode.TooManyRequests, status));
            // Who has a right key pays nothing for it, from the same address and with the same id.
            using var allowed = await Ask(server, good);
            Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);

            var audit = server.Services.GetRequiredService<IAuditLog>();
            await Poll.Until(() => Counted(audit, "address") == Failures && Counted(audit, "key") == Failures);
            var entries = Entries(audit);
            // A busy machine may need more than one interval for them; a source has an entry a minute then.
            Assert.InRange(entries.Count, 2, 4);
            Assert.Contains(entries, entry => entry.Subject == $"key {KeyText.IdOf(good)}");
            Assert.All(entries, entry =>
            {
                Assert.Equal(("sign-in failed", "refused"), (entry.Action, entry.Outcome));
                Assert.DoesNotContain(damaged[20..], entry.ToString(), StringComparison.Ordinal);
            });
            Assert.Contains(log.Of(406), static line => line.Contains("failed sign-ins since", StringComparison.Ordinal));
            Assert.DoesNotContain(log.Of(406), line => line.Contains(damaged[20..], StringComparison.Ordinal));

            using var metrics = await Ask(server, good, "/metrics");
            var text = await metrics.Content.ReadAsStringAsync();
            Assert.Contains($"fraud_sign_ins_failed_total{{reason=\"wrong_key\"}} {Failures}", text, StringComparison.Ordinal);
            Assert.Contains($"fraud_sign_ins_slowed_total {Failures - Allowed}", text, StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task WrongTokens_AndGrpc_AreSlowedToo()
    {
        var server = Server(new() { ["Security:SignIns:MaxFailures"] = "1", ["Security:Jwt:Key"] = TokenMaker.Secret });
        await server.InitializeAsync();
        try
        {
            using var first = await Token(server, "application/json");
            Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
            using var second = await Token(server, "application/json");
            Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
            using var grpc = await Token(server, "application/grpc");
            Assert.Equal("8", Assert.Single(grpc.Headers.GetValues("grpc-status")));
            // No sign-in: every visitor begins so.
            using var nothing = await server.Client.GetAsync("/stats");
            Assert.Equal(HttpStatusCode.Unauthorized, nothing.StatusCode);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stop_FailuresNotToldYet_AreWrittenBefore()
    {
        var folder = new TempFolder();
        var file = folder.File("fraud.db");
        var server = Server(new() { ["Security:SignIns:ReportInterval"] = "00:01:00", ["Storage:SqliteFile"] = file });
        await server.InitializeAsync();
        await SecuredServer.Key(server.Services, Scopes.Score);
        for (var i = 0; i < 7; i++)
        {
            using var refused = await Ask(server, "sk_wrong");
        }

        await server.DisposeAsync();

        using var store = new SqliteStore(new StorageOptions { SqliteFile = file }, "transactions", TimeProvider.System);
        store.Open();
        var entry = Assert.Single(new AuditQueries(store.Database).Read(long.MaxValue, 100), static entry => entry.Action == "sign-in failed");
        Assert.StartsWith("7 failed sign-ins", entry.Detail, StringComparison.Ordinal);
        folder.Dispose();
    }

    [Fact]
    public async Task StoreAway_Failures_AreKeptUntilItIsBack()
    {
        var audit = new HeldAudit { IsAway = true };
        var log = new RecordingLog();
        var server = Server([], log, services => services.AddSingleton<IAuditLog>(audit));
        await server.InitializeAsync();
        try
        {
            await SecuredServer.Key(server.Services, Scopes.Score);
            for (var i = 0; i < 5; i++)
            {
                using var refused = await Ask(server, "sk_wrong");
            }

            // A report was tried in vain.
            await Poll.Until(() => log.Of(407).Any());
            Assert.Empty(audit.Entries);

            audit.IsAway = false;

            await Poll.Until(() => Counted(audit, "address") == 5);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static ServerFixture Server(Dictionary<string, string?> settings, RecordingLog? log = null, Action<IServiceCollection>? configure = null)
    {
        settings.TryAdd("Security:SignIns:ReportInterval", "00:00:01");
        settings.TryAdd("Security:KeyRefresh", "00:00:00.050");
        return new ServerFixture(settings, services =>
        {
            if (log is not null)
            {
                services.AddSingleton<ILoggerProvider>(log);
            }

            configure?.Invoke(services);
        });
    }

    private static async Task<HttpResponseMessage> Ask(ServerFixture server, string key, string path = "/stats")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-API-Key", key);
        return await server.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> Token(ServerFixture server, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = new StringContent("{}", null, contentType) };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer one.two");
        return await server.Client.SendAsync(request);
    }

    private static List<AuditEntry> Entries(IAuditLog audit) =>
        [.. audit.Read(long.MaxValue, 1_000).Where(static entry => entry.Action == "sign-in failed")];

    private static int Counted(IAuditLog audit, string source) => Entries(audit)
        .Where(entry => entry.Subject.StartsWith(source, StringComparison.Ordinal))
        .Sum(static entry => int.Parse(Number().Match(entry.Detail).Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("^[0-9]+", RegexOptions.None, 1_000)]
    private static partial Regex Number();
}
