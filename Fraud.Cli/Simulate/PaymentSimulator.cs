namespace Fraud.Cli.Simulate;

/// <summary>
/// A stream of card payments with known frauds, made as the Fraud Detection Handbook makes its data:
/// customers with a home, a typical amount and a number of payments a day pay at terminals near them.
/// </summary>
/// <remarks>
/// The same options give the same stream. Unlike the handbook's, genuine amounts stay at or below 220 and
/// the number of compromised terminals and customers follows from the fraud share. Not thread-safe.
/// </remarks>
public sealed class PaymentSimulator
{
    /// <summary>Amounts above this are frauds, in hundredths.</summary>
    public const long HighAmountMinor = 220_00;

    private const int DaySeconds = 86_400;
    private const int TerminalDays = 28;
    private const int CustomerDays = 14;

    // How the fraud share is split: one in five by amount, half at terminals, the rest on cards.
    private const double HighAmountPart = 0.2;
    private const double TerminalPart = 0.5;
    private const double CustomerPart = 0.3;

    // A third of a compromised customer's payments are frauds.
    private const int CustomerFraudOneIn = 3;

    private readonly SimulatorOptions _options;
    private readonly Random _random;
    private readonly Customer[] _customers;
    private readonly Compromise _terminals;
    private readonly Compromise _cards;

    public PaymentSimulator(SimulatorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Customers, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Terminals, 1, nameof(options));
        _options = options;
        _random = new Random(options.Seed);
        var map = new TerminalMap(options.Terminals, options.Radius, _random);
        _customers = new Customer[options.Customers];
        for (var i = 0; i < _customers.Length; i++)
        {
            var (x, y) = (_random.NextDouble() * TerminalMap.Side, _random.NextDouble() * TerminalMap.Side);
            var mean = 5 + (_random.NextDouble() * 95);
            _customers[i] = new Customer(map.Near(x, y), mean, mean / 2, _random.NextDouble() * 4);
        }

        _terminals = new Compromise(options.Terminals, TerminalDays, options.FraudShare * TerminalPart * options.Terminals);
        _cards = new Compromise(
            options.Customers, CustomerDays, options.FraudShare * CustomerPart * CustomerFraudOneIn * options.Customers);
    }

    /// <summary>The payments in time order, one day made at a time. Enumerate once.</summary>
    public IEnumerable<SimulatedPayment> Payments()
    {
        var today = new List<SimulatedPayment>();
        var start = _options.Start.ToUnixTimeSeconds();
        long number = 0;
        for (var day = 0; _options.Days is not { } days || day < days; day++)
        {
            _terminals.StartDay(day, _random);
            _cards.StartDay(day, _random);
            today.Clear();
            for (var customer = 0; customer < _customers.Length; customer++)
            {
                AddDay(customer, start + ((long)day * DaySeconds), today);
            }

            today.Sort(static (a, b) => a.UnixSeconds != b.UnixSeconds
                ? a.UnixSeconds.CompareTo(b.UnixSeconds)
                : a.CustomerId.CompareTo(b.CustomerId));
            foreach (var payment in today)
            {
                yield return payment with { Number = number++ };
            }
        }
    }

    private void AddDay(int id, long midnight, List<SimulatedPayment> into)
    {
        ref readonly var customer = ref _customers[id];
        for (var left = Poisson(customer.PaymentsPerDay); left > 0; left--)
        {
            // Most payments around noon, few at night; what falls outside the day is left out.
            var second = 43_200 + (20_000 * Gaussian());
            if (second is <= 0 or >= DaySeconds)
            {
                continue;
            }

            var terminal = customer.Terminals[_random.Next(customer.Terminals.Length)];
            var amount = Math.Clamp(GenuineAmount(customer), 1, HighAmountMinor);
            var scenario = FraudScenario.None;
            if (_random.NextDouble() < _options.FraudShare * HighAmountPart)
            {
                amount = HighAmountMinor + 1 + _random.Next(280_00);
                scenario = FraudScenario.HighAmount;
            }

            if (_terminals.Holds(terminal))
            {
                scenario = FraudScenario.Terminal;
            }

            if (_cards.Holds(id) && _random.Next(CustomerFraudOneIn) == 0)
            {
                amount *= 5;
                scenario = FraudScenario.Customer;
            }

            into.Add(new SimulatedPayment(0, midnight + (long)second, id, terminal, amount, scenario));
        }
    }

    private long GenuineAmount(in Customer customer)
    {
        var amount = customer.MeanAmount + (customer.AmountSpread * Gaussian());
        if (amount < 0)
        {
            amount = _random.NextDouble() * customer.MeanAmount * 2;
        }

        return (long)Math.Round(amount * 100);
    }

    // Box and Muller; the second value is not kept, so that a payment takes the same draws wherever it stands.
    private double Gaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    // Knuth's method: right for the small means here.
    private int Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = _random.NextDouble(); product > limit; product *= _random.NextDouble())
        {
            count++;
        }

        return count;
    }

    /// <param name="MeanAmount">Units, 5 to 100.</param>
    private readonly record struct Customer(int[] Terminals, double MeanAmount, double AmountSpread, double PaymentsPerDay);
}
