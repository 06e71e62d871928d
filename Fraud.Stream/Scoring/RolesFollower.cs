using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Keeps in their seats the versions of one model that the registry names challenger and shadow, and where the settings
/// ask for it the newest in Staging. One that cannot be served leaves its seat empty: it decides nothing.
/// </summary>
/// <remarks>One thread: <see cref="Ask"/>, then <see cref="Follow"/>.</remarks>
internal sealed class RolesFollower(
    ModelDirectory directory, ModelHolder champion, RoleSeats seats, ModelRegistry registry, ModelCache cache, ILogger log)
{
    private readonly string _model = champion.Current.ScoredBy.Model;
    private readonly Role _challenger = new(ModelRegistry.Challenger, seats.Challenger);
    private readonly Role _shadow = new(ModelRegistry.Shadow, seats.Shadow);
    private readonly Role? _staging = seats.Staging is { } staging ? new Role("shadow from Staging", staging) : null;

    /// <exception cref="Exception">The store is away. Everybody keeps their seats then.</exception>
    public void Ask()
    {
        var aliases = registry.Aliases(_model);
        _challenger.Asked = aliases.GetValueOrDefault(ModelRegistry.Challenger);
        _shadow.Asked = aliases.GetValueOrDefault(ModelRegistry.Shadow);
        if (_staging is not null)
        {
            _staging.Asked = registry.NewestInStaging(_model);
        }
    }

    /// <returns>Whether anybody came or left.</returns>
    public bool Follow()
    {
        // A version is compared once, and not with itself. After a promotion the alias still names what decides now.
        var taken = new HashSet<string>(StringComparer.Ordinal);
        if (champion.Current.ScoredBy is { } served && served.Model == _model)
        {
            taken.Add(served.Version);
        }

        var changed = Seat(_challenger, taken) | Seat(_shadow, taken);
        return _staging is not null ? Seat(_staging, taken) | changed : changed;
    }

    private bool Seat(Role role, HashSet<string> taken)
    {
        var wanted = role.Asked is { } asked && taken.Add(asked) ? asked : null;
        if (wanted == role.Version || (wanted is not null && wanted == role.Refused))
        {
            return false;
        }

        var left = role.Version;
        if (left is not null)
        {
            role.Seat.Put(null);
            role.Version = null;
            StreamLog.RoleLeft(log, _model, left, role.Name);
        }

        role.Refused = null;
        return (wanted is not null && Take(role, wanted)) || left is not null;
    }

    private bool Take(Role role, string version)
    {
        try
        {
            var found = registry.Find(_model, version)
                ?? throw new ModelRefusedException($"{_model} version {version}: expected one that is registered");
            role.Seat.Put(ServedFolder.Load(directory, cache.Fetch(found), champion.Current.TakesPayload, _model));
            (role.Version, role.Failed) = (version, null);
            StreamLog.RoleTaken(log, _model, version, role.Name);
            return true;
        }
        catch (Exception error)
        {
            // What its files are does not change. What the store or the disk could not do is tried again, and said once.
            if (error is ModelRefusedException)
            {
                role.Refused = version;
            }

            if (role.Failed != version || role.Refused is not null)
            {
                StreamLog.RoleRefused(log, _model, version, role.Name, error.Message);
            }

            role.Failed = version;
            return false;
        }
    }

    private sealed class Role(string name, RoleSeat seat)
    {
        public string Name => name;

        public RoleSeat Seat => seat;

        /// <summary>Whom the registry names.</summary>
        public string? Asked { get; set; }

        /// <summary>Who is there.</summary>
        public string? Version { get; set; }

        /// <summary>Who was refused for good.</summary>
        public string? Refused { get; set; }

        /// <summary>Of whom it was said that it cannot be.</summary>
        public string? Failed { get; set; }
    }
}
