using System.Net;
using System.Net.Sockets;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Cluster;

/// <summary>PostgreSQL's programs as Debian's package installs them, and what running them takes.</summary>
public static class PostgresPrograms
{
    private const string Installed = "/usr/lib/postgresql";

    /// <summary>Who has to run the server, which refuses to be root; the package made this user. Null: whoever runs this.</summary>
    public static string? User => Environment.IsPrivilegedProcess ? "postgres" : null;

    /// <summary>The folder of the programs.</summary>
    /// <param name="version">The major version that made some data; "*" for the newest.</param>
    /// <exception cref="CommandException">That version is not installed.</exception>
    public static string Folder(string version = "*") =>
        (Directory.Exists(Installed) ? Directory.GetDirectories(Installed, version) : [])
            .Select(static folder => Path.Combine(folder, "bin"))
            .Where(static folder => File.Exists(Path.Combine(folder, "initdb")))
            .OrderByDescending(static folder => folder.Length)
            .ThenByDescending(static folder => folder, StringComparer.Ordinal)
            .FirstOrDefault()
            ?? throw new CommandException(
                $"PostgreSQL{(version == "*" ? "" : " " + version)} is not installed: expected {Installed}/{version}/bin (Debian package postgresql), or give --postgres");

    /// <summary>A port of this machine that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
