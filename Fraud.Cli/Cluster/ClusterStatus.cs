using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Http.Cluster;

namespace Fraud.Cli.Cluster;

/// <summary>Asks a node for the cluster and prints it.</summary>
internal sealed class ClusterStatus(Uri node, TextWriter output, TimeProvider time) : IDisposable
{
    private const string ClearScreen = "\e[H\e[2J";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = ApiKey.Client(TimeSpan.FromSeconds(5));

    /// <exception cref="CommandException">The node gives no such answer.</exception>
    public async Task Show(bool asJson, CancellationToken stopping) => await output.WriteLineAsync(await Read(asJson, stopping));

    /// <summary>Until stopped; a node that does not answer is asked again.</summary>
    public async Task Watch(bool asJson, CancellationToken stopping)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && !asJson;
        while (!stopping.IsCancellationRequested)
        {
            string text;
            try
            {
                text = await Read(asJson, stopping);
            }
            catch (CommandException error)
            {
                text = asJson ? JsonSerializer.Serialize(new { error = error.Message }) : error.Message;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await output.WriteLineAsync(isTerminal ? ClearScreen + text : text);
            await Task.Delay(Interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> Read(bool asJson, CancellationToken stopping)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(node, "/cluster"), stopping);
            var body = await answer.Content.ReadAsStringAsync(stopping);
            if (!answer.IsSuccessStatusCode)
            {
                var status = (int)answer.StatusCode;
                throw new CommandException($"{node}: {ApiKey.Remedy(status) ?? $"expected an answer of a node, and got status {status}"}");
            }

            var report = JsonSerializer.Deserialize<ClusterReport>(body, ClusterReport.Json)
                ?? throw new JsonException("null");
            return asJson ? body : StatusTable.Of(report);
        }
        catch (HttpRequestException error)
        {
            throw new CommandException($"{node}: expected a node to answer ({error.Message}); --url names another", error);
        }
        catch (OperationCanceledException error) when (!stopping.IsCancellationRequested)
        {
            throw new CommandException($"{node}: expected an answer within {_http.Timeout.TotalSeconds:0} s; --url names another node", error);
        }
        catch (JsonException error)
        {
            throw new CommandException($"{node}: expected the answer of a node of this version", error);
        }
    }
}
