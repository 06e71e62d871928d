namespace Fraud.Cli.Simulate;

/// <summary>Terminals scattered over a square of 100 by 100, found by place.</summary>
internal sealed class TerminalMap
{
    public const double Side = 100;

    private readonly (double X, double Y)[] _places;
    private readonly List<int>[] _cells;
    private readonly int _cellsPerSide;
    private readonly double _radius;

    public TerminalMap(int terminals, double radius, Random random)
    {
        _radius = radius;
        // Cells as wide as the radius: a circle touches at most the nine around its centre.
        _cellsPerSide = Math.Clamp((int)(Side / radius), 1, 1_000);
        _cells = new List<int>[_cellsPerSide * _cellsPerSide];
        for (var i = 0; i < _cells.Length; i++)
        {
            _cells[i] = [];
        }

        _places = new (double X, double Y)[terminals];
        for (var i = 0; i < terminals; i++)
        {
            _places[i] = (random.NextDouble() * Side, random.NextDouble() * Side);
            _cells[(Cell(_places[i].Y) * _cellsPerSide) + Cell(_places[i].X)].Add(i);
        }
    }

    /// <summary>Terminals within the radius; the nearest one when there is none.</summary>
    public int[] Near(double x, double y)
    {
        var near = new List<int>();
        for (var row = Math.Max(0, Cell(y) - 1); row <= Math.Min(_cellsPerSide - 1, Cell(y) + 1); row++)
        {
            for (var column = Math.Max(0, Cell(x) - 1); column <= Math.Min(_cellsPerSide - 1, Cell(x) + 1); column++)
            {
                foreach (var terminal in _cells[(row * _cellsPerSide) + column])
                {
                    if (Distance2(terminal, x, y) < _radius * _radius)
                    {
                        near.Add(terminal);
                    }
                }
            }
        }

        return near.Count > 0 ? [.. near] : [Nearest(x, y)];
    }

    private int Nearest(double x, double y)
    {
        var nearest = 0;
        for (var i = 1; i < _places.Length; i++)
        {
            if (Distance2(i, x, y) < Distance2(nearest, x, y))
            {
                nearest = i;
            }
        }

        return nearest;
    }

    private double Distance2(int terminal, double x, double y)
    {
        var (dx, dy) = (_places[terminal].X - x, _places[terminal].Y - y);
        return (dx * dx) + (dy * dy);
    }

    private int Cell(double place) => Math.Min(_cellsPerSide - 1, (int)(place / Side * _cellsPerSide));
}
