using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Audit;
using Fraud.Stream.Keys;

namespace Fraud.Cli.Keys;

/// <summary><c>fraud keys</c>: who may use the service. Works on the store, so it needs no service that runs, and no key.</summary>
public static class KeysCommand
{
    public static Command Create() => new("keys", "Make, list and revoke API keys.") { Make(), List(), Revoke() };

    private static string Actor => $"fraud keys, {Environment.UserName} on {Environment.MachineName}";

    private static Command Make()
    {
        var name = new Option<string>("--name") { Description = "what it is for, such as gateway", Required = true, HelpName = "NAME" };
        name.Validators.Add(static result =>
        {
            if ((result.GetValueOrDefault<string>() ?? "").Trim() is not { Length: > 0 and <= StoredKey.MaxName } text || text.Any(char.IsControl))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--name: expected 1 to {StoredKey.MaxName} characters"));
            }
            else if (CardNumberDetector.Contains(text, CardNumberReach.InsideGroups))
            {
                result.AddError("--name: expected a name without a card number");
            }
        });
        var scope = new Option<string[]>("--scope")
        {
            Description = "what it lets its holder do: score, analyst, admin; several with several --scope",
            Required = true,
            HelpName = string.Join('|', ScopeNames.All),
            AllowMultipleArgumentsPerToken = false,
        };
        scope.Validators.Add(static result =>
        {
            if (Array.Exists(result.GetValueOrDefault<string[]>() ?? [], static word => ScopeNames.Parse(word) == Scopes.None))
            {
                result.AddError($"--scope: expected {string.Join(" or ", ScopeNames.All)}");
            }
        });
        var expires = new Option<string>("--expires") { Description = "when it ends: 90d, or 2026-12-31 (default: never)", HelpName = "TIME" };
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command("create", "Make a key. It is shown this once.") { name, scope, expires, json };
        store.AddTo(command);
        command.SetAction(async (arguments, _) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var end = arguments.GetValue(expires) is { } text ? ReadEnd(text, now) : (DateTimeOffset?)null;
            var scopes = arguments.GetValue(scope)!.Aggregate(Scopes.None, static (all, word) => all | ScopeNames.Parse(word));
            var (id, secret) = KeyText.Create();
            var key = new StoredKey(
                id, arguments.GetValue(name)!.Trim(), scopes, KeyText.Hash(secret), now.ToUnixTimeMilliseconds(), end?.ToUnixTimeMilliseconds(), null);
            var entry = AuditEntry.New(now, Actor, "key created", key.Id, $"{key.Name}: {string.Join(", ", ScopeNames.Of(scopes))}; ends {KeyTable.Moment(key.ExpiresAtMs)}");
            using (var opened = store.Open(arguments, mayMake: true))
            {
                if (!new KeyQueries(opened.Database).Add(key, entry))
                {
                    throw new CommandException(string.Create(
                        CultureInfo.InvariantCulture, $"expected fewer than {KeyQueries.MaxKeys} keys in the store, the revoked ones included"));
                }
            }

            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(KeyTable.Json(key, now, secret), KeyTable.JsonOptions)
                : $"{secret}\n\nKey {key.Id} ({key.Name}): {string.Join(", ", ScopeNames.Of(scopes))}; ends {KeyTable.Moment(key.ExpiresAtMs)}.\n"
                    + "It is shown this once: the store keeps its hash alone. Send it as X-API-Key.");
        });
        return command;
    }

    private static Command List()
    {
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command("list", "List all keys, revoked ones too. The keys themselves are nowhere to be had.") { json };
        store.AddTo(command);
        command.SetAction(async (arguments, _) =>
        {
            using var opened = store.Open(arguments, mayMake: false);
            var keys = new KeyQueries(opened.Database).All();
            var now = TimeProvider.System.GetUtcNow();
            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(keys.Select(key => KeyTable.Json(key, now)), KeyTable.JsonOptions)
                : KeyTable.Of(keys, now));
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("ID") { Description = "of the key, as 'fraud keys list' shows it" };
        var json = Options.Json();
        var store = new StoreArguments();
        var command = new Command("revoke", "Revoke a key, for good. Nodes refuse it within Security:KeyRefresh (2 s).") { id, json };
        store.AddTo(command);
        command.SetAction(async (arguments, _) =>
        {
            // Who pastes the whole key means its id, and does not want the rest in an error.
            var given = arguments.GetValue(id)!;
            var key = KeyText.IdOf(given) is { IsEmpty: false } part ? part.ToString() : given;
            var now = TimeProvider.System.GetUtcNow();
            using var opened = store.Open(arguments, mayMake: false);
            if (!new KeyQueries(opened.Database).Revoke(key, now.ToUnixTimeMilliseconds(), AuditEntry.New(now, Actor, "key revoked", key)))
            {
                throw new CommandException("ID: expected a key that exists and is not revoked; 'fraud keys list' shows them");
            }

            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(new { id = key, revoked_at = now })
                : $"Key {key} is revoked; nodes refuse it within Security:KeyRefresh (2 s).");
        });
        return command;
    }

    private static DateTimeOffset ReadEnd(string text, DateTimeOffset now)
    {
        var end = Options.ParseDuration(text) is { } length && !char.IsAsciiDigit(text[^1]) ? now + length
            : Times.TryParse(text, out var unixMs) ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs)
            : throw new UsageException("--expires: expected a time such as 90d, or a date such as 2026-12-31");
        return end > now ? end : throw new UsageException("--expires: expected a time to come");
    }
}
