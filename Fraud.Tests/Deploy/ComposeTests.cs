using System.Diagnostics;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>Whether docker-compose takes the file. Images are not run here.</summary>
public sealed class ComposeTests
{
    [SkippableDockerFact]
    public async Task Config_WithSecrets_IsValid()
    {
        var (exit, error) = await Config(("POSTGRES_PASSWORD", "one"), ("CLUSTER_SECRET", "two"), ("FRAUD_ADMIN_KEY", "three"));

        Assert.True(exit == 0, error);
    }

    [SkippableDockerFact]
    public async Task Config_WithoutPassword_IsRefused()
    {
        var (exit, error) = await Config(("CLUSTER_SECRET", "two"), ("FRAUD_ADMIN_KEY", "three"));

        Assert.NotEqual(0, exit);
        Assert.Contains("POSTGRES_PASSWORD", error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Error)> Config(params (string Name, string Value)[] secrets)
    {
        var start = new ProcessStartInfo(SkippableDockerFactAttribute.Program, ["config", "-q"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("POSTGRES_PASSWORD");
        start.Environment.Remove("CLUSTER_SECRET");
        start.Environment.Remove("FRAUD_ADMIN_KEY");
        foreach (var (name, value) in secrets)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }
}

/// <summary>Skipped, and says so, where Debian's docker-compose is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SkippableDockerFactAttribute : FactAttribute
{
    public const string Program = "/usr/bin/docker-compose";

    public SkippableDockerFactAttribute()
    {
        if (!File.Exists(Program))
        {
            Skip = "docker-compose.yml was not checked: docker-compose is not installed (Debian package docker-compose)";
        }
    }
}
