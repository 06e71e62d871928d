using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Cluster;

/// <summary><c>fraud cluster certs</c>: an authority of the cluster's own, and certificates of its nodes.</summary>
internal static partial class CertsCommand
{
    // Public authorities may give no more (398 days), and a node is restarted more often than that.
    private static readonly TimeSpan nodeLife = TimeSpan.FromDays(397);

    // Changing it means new certificates for all nodes.
    private static readonly TimeSpan authorityLife = TimeSpan.FromDays(3_650);

    public static Command Create()
    {
        var names = new Argument<string[]>("NAMES") { Description = "nodes, which are names of files; none: one certificate, 'node', for all", Arity = ArgumentArity.ZeroOrMore };
        var folder = new Option<string>("--folder") { Description = "where they are written", HelpName = "DIR", DefaultValueFactory = static _ => Path.Combine("data", "certs") };
        var hosts = new Option<string[]>("--host") { Description = "a name or address that all of them carry; may be repeated", HelpName = "HOST", AllowMultipleArgumentsPerToken = false };
        var life = Options.Duration("--valid", "how long nodes' certificates are valid", nodeLife);
        var authority = Options.Duration("--authority-valid", "how long the authority is valid, when it is made", authorityLife);
        var json = Options.Json();
        names.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string[]>() is { } given && Array.Find(given, static name => !Name().IsMatch(name) || name is "authority") is { } wrong)
            {
                result.AddError($"NAMES: expected names of letters, digits, '.' and '-', and not 'authority', instead of '{wrong}'");
            }
        });
        hosts.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string[]>() is { } given && Array.Exists(given, static host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
            {
                result.AddError("--host: expected a name or an IP address");
            }
        });
        var command = new Command("certs", "Make an authority and certificates of nodes, for mutual TLS between them. Nothing is overwritten.")
        {
            names, folder, hosts, life, authority, json,
        };
        command.SetAction((arguments, _) =>
        {
            string[] nodes = arguments.GetValue(names) is { Length: > 0 } given ? [.. given.Distinct(StringComparer.Ordinal)] : ["node"];
            foreach (var option in new[] { life, authority }.Where(option => arguments.GetValue(option) <= TimeSpan.Zero))
            {
                throw new UsageException($"{option.Name}: expected a time above zero");
            }

            var made = new ClusterCertificates(arguments.GetValue(folder)!, TimeProvider.System).Make(
                nodes, arguments.GetValue(hosts) ?? [], arguments.GetValue(life), arguments.GetValue(authority));
            arguments.InvocationConfiguration.Output.WriteLine(arguments.GetValue(json) ? Json(made) : Text(made));
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Json(IReadOnlyList<MadeCertificate> made) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["certificates"] = made.Select(static one => new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["name"] = one.Name,
            ["certificate"] = one.CertificateFile,
            ["key"] = one.KeyFile,
            ["not_after"] = one.NotAfter.ToUniversalTime(),
        }),
    });

    private static string Text(IReadOnlyList<MadeCertificate> made) => string.Join(
        Environment.NewLine,
        made.Select(static one => $"{one.Name}: {one.CertificateFile}, key {one.KeyFile}, until {one.NotAfter.UtcDateTime:yyyy-MM-dd}"));

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}
