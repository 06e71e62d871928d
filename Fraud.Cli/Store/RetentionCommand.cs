using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Model.History;
using Fraud.Stream.Retention;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store retention</c>: what is over age and would leave. Removes nothing.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command(
            "retention", "Show how long what is stored is kept, and count what is over age: what services that run remove. Removes nothing itself.") { json };
        store.AddTo(command);
        command.SetAction((arguments, _) =>
        {
            var options = store.Options(arguments).Retention;
            using var opened = store.Open(arguments, mayMake: false);
            var now = TimeProvider.System.GetUtcNow();
            var lines = Enum.GetValues<RetainedKind>().Select(kind => Line(kind, options.AgeOf(kind), now, opened.Retention)).ToList();
            arguments.InvocationConfiguration.Output.WriteLine(arguments.GetValue(json) ? Json(opened.Kind, lines) : Text(lines));
            return Task.FromResult(0);
        });
        return command;
    }

    private static KindLine Line(RetainedKind kind, TimeSpan? age, DateTimeOffset now, IRetentionStore store) =>
        new(kind, age, age is { } kept ? store.Count(kind, (now - kept).ToUnixTimeMilliseconds()) : null);

    private static string Json(string kind, IReadOnlyList<KindLine> lines) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["store"] = kind,
        ["kinds"] = lines.Select(static line => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["kind"] = RetentionCounts.NameOf(line.Kind),
            ["age_days"] = line.Age?.TotalDays,
            ["before"] = line.Over is { } over ? At(over) : null,
            ["over_age"] = line.Over?.Rows,
        }),
        ["pages_kept_for_seconds"] = Pages.TotalSeconds,
    });

    private static string Text(IReadOnlyList<KindLine> lines) => string.Join(
        Environment.NewLine,
        lines.Select(static line => line is { Age: { } age, Over: { } over }
                ? string.Create(
                    CultureInfo.InvariantCulture, $"{RetentionCounts.NameOf(line.Kind)}: {age.TotalDays:0.##} days; {over.Rows:N0} from before {At(over)} are over age")
                : $"{RetentionCounts.NameOf(line.Kind)}: kept")
            .Append(string.Create(
                CultureInfo.InvariantCulture, $"pages of the journal: {Pages.TotalMinutes:0.##} minutes, and until all that is made of them has them (Profile:RecentIdsFor)")));

    private static string At(OverAge over) =>
        DateTimeOffset.FromUnixTimeMilliseconds(over.BeforeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static TimeSpan Pages => (StoreArguments.Configuration().GetSection(ProfileOptions.Section).Get<ProfileOptions>() ?? new ProfileOptions()).RecentIdsFor;

    private sealed record KindLine(RetainedKind Kind, TimeSpan? Age, OverAge? Over);
}
