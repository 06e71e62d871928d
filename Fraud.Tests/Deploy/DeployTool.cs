using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>Programs that check what is deployed: where build/setup.sh puts some, or on the PATH.</summary>
internal static class DeployTool
{
    /// <param name="name">Of a program, or its path in the repository.</param>
    /// <exception cref="FileNotFoundException">It is nowhere: what was not checked is no success.</exception>
    public static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Prepend(Path.Combine(Repository.Root, ".tools"))
            .Prepend(Repository.Root)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists) ?? throw new FileNotFoundException($"{name} is not installed; build/setup.sh test gets it");

    /// <summary>Runs it in the repository's folder to its end.</summary>
    public static Task<(int Exit, string Output)> Run(string name, params string[] arguments) =>
        Run(name, new Dictionary<string, string?>(), arguments);

    /// <param name="environment">What is not set for it beyond this process's own has a null value.</param>
    /// <returns>What it wrote to both of its outputs.</returns>
    public static async Task<(int Exit, string Output)> Run(
        string name, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var (exit, output, errors) = await ProgramRun.ToEnd(Find(name), arguments, Repository.Root, environment);
        return (exit, output + errors);
    }
}
