namespace Fraud.Model.Reasons;

/// <summary>Gauss–Legendre quadrature on [0, 1]: with n points exact for polynomials up to degree 2n - 1.</summary>
internal static class GaussLegendre
{
    public static (double[] Points, double[] Weights) Of(int count)
    {
        var (points, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            // Newton's iteration on the Legendre polynomial from Tricomi's estimate of its roots; it doubles the right digits each time.
            var x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            var slope = 0.0;
            for (var step = 0; step < 8; step++)
            {
                var (before, value) = (1.0, x);
                for (var degree = 2; degree <= count; degree++)
                {
                    (before, value) = (value, ((((2 * degree) - 1) * x * value) - ((degree - 1) * before)) / degree);
                }

                slope = count * ((x * value) - before) / ((x * x) - 1);
                x -= value / slope;
            }

            points[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - (x * x)) * slope * slope);
        }

        return (points, weights);
    }
}
