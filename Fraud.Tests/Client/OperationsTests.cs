using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Client;

namespace Fraud.Tests.Client;

/// <summary>The client and the service's OpenAPI document have the same operations, and each works.</summary>
public sealed class OperationsTests(OperationsServer server) : IClassFixture<OperationsServer>
{
    /// <summary>Methods that are made of others: all pages of a list.</summary>
    private static readonly string[] Helpers =
        ["EnumerateAnomaliesAsync", "EnumerateAuditEntriesAsync", "EnumerateModelVersionsAsync", "EnumerateRegisteredModelsAsync"];

    [Fact]
    public void Methods_AreTheDocumentsOperations()
    {
        var methods = typeof(FraudClient).GetProperties().SelectMany(static group => group.PropertyType
                .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(static method => method.Name))
            .Except(Helpers, StringComparer.Ordinal);

        Assert.Equal(server.Operations.Keys.Select(MethodOf).Order(StringComparer.Ordinal), methods.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Each in turn, by a client that takes no field that its records lack. A call counts for an operation when its request went to the
    /// operation's address.
    /// </summary>
    [Fact]
    public async Task EachOperation_OnAServer_AnswersAsTheRecordsSay()
    {
        await server.Pay("case-1");
        await server.Pay("case-2");
        using var seen = new Requests();
        using var http = new HttpClient(seen) { BaseAddress = server.Address };
        using var client = new FraudClient(http, new FraudClientOptions { ApiKey = null }, time: null, Strict());
        var mistakes = new List<string>();
        var calls = new EachOperation(client).Calls;

        foreach (var (id, call) in calls)
        {
            seen.All.Clear();
            try
            {
                await call();
            }
            catch (Exception error)
            {
                mistakes.Add($"{id}: {error}");
            }

            if (server.Operations.TryGetValue(id, out var operation) && !seen.All.Any(request => IsOf(request, operation)))
            {
                mistakes.Add($"{id}: asked {string.Join(", ", seen.All)} instead of {operation}");
            }
        }

        Assert.Empty(mistakes);
        Assert.Equal(server.Operations.Keys.Order(StringComparer.Ordinal), calls.Select(static call => call.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Enumerate_SmallPages_GoesThroughAllOfThem()
    {
        using var client = new FraudClient(server.Address, new FraudClientOptions { ApiKey = null });
        foreach (var id in (string[])["paged-1", "paged-2", "paged-3"])
        {
            await server.Pay(id);
            await client.Cases.UpdateAnomalyAsync(id, new StatusChange { NewStatus = CaseStatus.Investigated });
        }

        var cases = await client.Cases.EnumerateAnomaliesAsync(new AnomalyQuery { Limit = 1, Status = CaseStatus.Investigated })
            .Select(static payment => payment.TransactionId).ToListAsync();
        var entries = await client.Operations.EnumerateAuditEntriesAsync(pageSize: 1).Select(static entry => entry.Subject).ToListAsync();

        Assert.Equal(["paged-1", "paged-2", "paged-3"], cases.Where(static id => id.StartsWith("paged", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["paged-3", "paged-2", "paged-1"], entries.Where(static id => id.StartsWith("paged", StringComparison.Ordinal)));
        Assert.NotEmpty(await client.Registry.EnumerateRegisteredModelsAsync().ToListAsync());
        Assert.NotEmpty(await client.Registry.EnumerateModelVersionsAsync(new RegistrySearch { MaxResults = 1 }).ToListAsync());
    }

    private static string MethodOf(string operationId) => char.ToUpperInvariant(operationId[0]) + operationId[1..] + "Async";

    private static FraudJson Strict() => new(new JsonSerializerOptions(FraudJson.Default.Options)
    {
        TypeInfoResolver = null,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    });

    private static bool IsOf((string Method, string Path) request, (string Method, string Path) operation) =>
        request.Method == operation.Method
        && request.Path.Split('/') is var sent && operation.Path.Split('/') is var told && sent.Length == told.Length
        && sent.Zip(told).All(static part => part.Second.StartsWith('{') ? part.First.Length > 0 : part.First == part.Second);

    private sealed class Requests() : DelegatingHandler(new SocketsHttpHandler())
    {
        public ConcurrentQueue<(string Method, string Path)> All { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            All.Enqueue((request.Method.Method, request.RequestUri!.AbsolutePath));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
