using System.Linq.Expressions;
using LinqToDB.Mapping;

namespace Fraud.Stream.Database;

/// <summary>For columns that are numbers in both databases: 0 or 1.</summary>
internal sealed class BoolAsNumber : IValueConverter
{
    public bool HandlesNulls => false;

    public LambdaExpression FromProviderExpression { get; } = (Expression<Func<long, bool>>)(static number => number != 0);

    public LambdaExpression ToProviderExpression { get; } = (Expression<Func<bool, long>>)(static value => value ? 1L : 0L);
}
