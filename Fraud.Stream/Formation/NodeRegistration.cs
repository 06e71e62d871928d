using Akka.Actor;

namespace Fraud.Stream.Formation;

/// <summary>What a node writes of itself into the node table.</summary>
/// <param name="Incarnation">New for every start of a process; owner of claims and of the lease (rule 8 of docs/decisions/0011).</param>
/// <param name="Name">For people; may be that of an earlier process.</param>
/// <param name="Host">Where Akka.Remote of other nodes reaches it, with <paramref name="Port"/>.</param>
/// <param name="Uid">Akka's number of this actor system: what tells it from an earlier one at the same address.</param>
/// <param name="HttpAddress">Where other nodes reach it over HTTP, such as "http://10.0.0.7:8001"; empty when they need not.</param>
public sealed record NodeRegistration(string Incarnation, string Name, string Host, int Port, int Uid, string HttpAddress)
{
    /// <summary>Its address in a cluster whose nodes speak as this one does.</summary>
    internal Address AddressLike(Address self) => self.WithHost(Host).WithPort(Port);
}
