using Fraud.Model.CardNumbers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Fraud.Http.Telemetry;

/// <summary>
/// Hides card numbers in every log line, of frameworks too: a path, a header or an error's text may quote what a caller sent.
/// </summary>
internal static class MaskedLogs
{
    /// <summary>Puts the mask behind every formatter of the console that is registered so far.</summary>
    public static void MaskConsole(this ILoggingBuilder logging)
    {
        for (var i = 0; i < logging.Services.Count; i++)
        {
            if (logging.Services[i] is { ServiceType: var service, ImplementationType: { } formatter } && service == typeof(ConsoleFormatter))
            {
                logging.Services[i] = ServiceDescriptor.Singleton<ConsoleFormatter>(provider =>
                    new MaskedFormatter((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, formatter)));
            }
        }
    }

    /// <summary>Hides the numbers of a line; in JSON only within strings, so that it stays JSON.</summary>
    internal static string Apply(string line, bool isJson)
    {
        if (!CardNumberDetector.Contains(line, CardNumberReach.Records))
        {
            return line;
        }

        return string.Create(line.Length, (line, isJson), static (into, state) =>
        {
            state.line.CopyTo(into);
            if (state.isJson)
            {
                ApplyToStrings(into);
            }
            else
            {
                _ = CardMask.Apply(into, CardNumberReach.Records);
            }
        });
    }

    private static void ApplyToStrings(Span<char> json)
    {
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] != '"')
            {
                continue;
            }

            var start = ++at;
            while (at < json.Length && json[at] != '"')
            {
                at += json[at] == '\\' ? 2 : 1;
            }

            _ = CardMask.Apply(json[start..Math.Min(at, json.Length)], CardNumberReach.Records);
        }
    }

    private sealed class MaskedFormatter(ConsoleFormatter inner) : ConsoleFormatter(inner.Name)
    {
        private readonly bool _isJson = inner.Name == ConsoleFormatterNames.Json;

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            using var line = new StringWriter();
            inner.Write(logEntry, scopeProvider, line);
            textWriter.Write(Apply(line.ToString(), _isJson));
        }
    }
}
