using Fraud.Stream.Shadow;

namespace Fraud.Stream.Storage;

/// <content>Scores of models that are compared.</content>
public sealed partial class PostgresStore
{
    public IShadowStore Shadows => new PostgresShadows(_source, _options.BusyTimeout);
}
