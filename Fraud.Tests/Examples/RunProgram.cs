using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Examples;

/// <summary>Runs an example to its end, and fails with what it said when that is not success.</summary>
internal static class RunProgram
{
    public static async Task<string> Run(
        string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var variables = new Dictionary<string, string?>
        {
            ["FRAUD_API_KEY"] = null,
            // No compiled files in the checkout.
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        var (exit, output, errors) = await ProgramRun.ToEnd(program, arguments, folder, variables);
        Assert.True(exit == 0, $"{program} ended with {exit}\n{output}\n{errors}");
        return output;
    }
}
