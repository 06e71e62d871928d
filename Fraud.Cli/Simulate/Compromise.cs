namespace Fraud.Cli.Simulate;

/// <summary>Terminals or customers of which, at any time, a given number are compromised, each for some days.</summary>
internal sealed class Compromise(int population, int days, double atOnce)
{
    private readonly Dictionary<int, int> _until = [];
    private readonly List<int> _over = [];
    private bool _started;
    private double _due;

    public bool Holds(int id) => _until.ContainsKey(id);

    /// <summary>Ends what is over and compromises new ones.</summary>
    public void StartDay(int day, Random random)
    {
        foreach (var (id, until) in _until)
        {
            if (until <= day)
            {
                _over.Add(id);
            }
        }

        _over.ForEach(id => _until.Remove(id));
        _over.Clear();

        // The first day finds as many as any other, at every age: the share of frauds needs no weeks to settle.
        var starting = !_started;
        _started = true;
        _due += starting ? atOnce : atOnce / days;
        // What is less than one is carried on by chance, so that small populations have theirs too.
        var now = (int)_due + (random.NextDouble() < _due - (int)_due ? 1 : 0);
        _due = 0;
        for (var i = 0; i < now && _until.Count < population; i++)
        {
            var id = random.Next(population);
            while (_until.ContainsKey(id))
            {
                id = (id + 1) % population;
            }

            _until[id] = day + (starting ? 1 + random.Next(days) : days);
        }
    }
}
