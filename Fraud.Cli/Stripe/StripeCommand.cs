using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Stripe;

/// <summary>
/// <c>fraud stripe pay</c>: a payment in the test mode of a Stripe account. Stripe then tells the account's endpoints of it, of which
/// <c>POST /webhooks/stripe</c> of the service is one.
/// </summary>
internal static partial class StripeCommand
{
    /// <summary>Where the key of the account is, as in Stripe's own examples: arguments are seen by everyone on the machine.</summary>
    public const string Variable = "STRIPE_API_KEY";

    private const string Service = "https://api.stripe.com";

    // A call of Stripe's takes a second or two; theirs give up after 80 s, too long for a person.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create() => new("stripe", "Try the way from Stripe to this service.") { Pay() };

    private static Command Pay()
    {
        // The most that Stripe takes has eight digits.
        var amount = Options.Whole("--amount", "in the smallest unit of the currency: cents, or whole yen", 95_000, 1, 99_999_999);
        var currency = new Option<string>("--currency") { Description = "three letters", HelpName = "CODE", DefaultValueFactory = static _ => "eur" };
        currency.Validators.Add(static result =>
        {
            if (!Currency().IsMatch(result.GetValueOrDefault<string>() ?? ""))
            {
                result.AddError("--currency: expected three letters such as eur");
            }
        });
        var card = Options.Word("--card", "which of Stripe's test cards pays", "visa", [.. TestPayment.Cards.Keys]);
        var terminal = new Option<string>("--terminal") { Description = "the terminal, as metadata", HelpName = "ID", DefaultValueFactory = static _ => "stripe-test" };
        var url = Options.Address("--url", "where Stripe is, for a stand-in of it", Service);
        var json = Options.Json();
        var command = new Command("pay", $"Make a test payment at Stripe, with the test key in {Variable}.") { amount, currency, card, terminal, url, json };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }, disposeHandler: true)
            {
                BaseAddress = arguments.GetValue(url)!,
                Timeout = Patience,
            };
            var payment = new TestPayment(
                arguments.GetValue(amount), arguments.GetValue(currency)!.ToLowerInvariant(), arguments.GetValue(card)!, arguments.GetValue(terminal)!);
            var made = await payment.Make(client, Key(Environment.GetEnvironmentVariable(Variable)), cancellation);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json) ? Json(made) : Text(made));
            return 0;
        });
        return command;
    }

    /// <exception cref="UsageException">There is none, or it would move money.</exception>
    private static string Key(string? given) => given?.Trim() switch
    {
        { } key when TestKey().IsMatch(key) => key,
        { Length: > 0 } => throw new UsageException($"{Variable}: expected a key of the test mode, which begins with sk_test_ or rk_test_"),
        _ => throw new UsageException($"{Variable}: expected a key of the test mode in the environment; Stripe's dashboard shows it under Developers"),
    };

    private static string Text(MadePayment made) =>
        $"{made.Id}: {made.Status}{(made.Charge is { } charge ? $", {charge}" : "")}; Stripe now tells the endpoints of the account";

    private static string Json(MadePayment made) => JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["payment_intent"] = made.Id,
        ["status"] = made.Status,
        ["charge"] = made.Charge,
        ["declined"] = made.Declined,
    });

    [GeneratedRegex("^[A-Za-z]{3}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Currency();

    [GeneratedRegex("^[sr]k_test_[A-Za-z0-9_]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TestKey();
}
