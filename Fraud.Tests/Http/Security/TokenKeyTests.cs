using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fraud.Http.Security.Jwt;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Tests.Http.Security;

public sealed class TokenKeyTests
{
    [Fact]
    public void Of_KeyOfEachKind_ServesTheAlgorithmsOfItsKindAlone()
    {
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Equal(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], Algorithms(TokenMaker.Jwk(rsa, "r")));
        Assert.Equal(["PS384"], Algorithms(With(TokenMaker.Jwk(rsa, "r"), "alg", "PS384")));
        Assert.Equal(["ES384"], Algorithms(TokenMaker.Jwk(p384, "P-384", "e")));
    }

    [Fact]
    public void Of_KeyThatIsNoneForSignatures_IsPassedBy()
    {
        using var rsa = RSA.Create(2048);
        using var weak = RSA.Create(1024);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Null(Of(TokenMaker.Jwk(weak, "r")));
        Assert.Null(Of(With(TokenMaker.Jwk(rsa, "r"), "use", "enc")));
        Assert.Null(Of(With(TokenMaker.Jwk(rsa, "r"), "alg", "RSA-OAEP")));
        Assert.Null(Of(With(TokenMaker.Jwk(rsa, "r"), "alg", "HS256")));
        Assert.Null(Of(With(TokenMaker.Jwk(p256, "P-256", "e"), "alg", "ES384")));
        Assert.Null(Of(With(TokenMaker.Jwk(p256, "P-256", "e"), "y", "AAAA")));
        Assert.Null(Of(new JsonObject { ["kty"] = "oct", ["kid"] = "o", ["k"] = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0" }));
        Assert.Null(Of(new JsonObject { ["kty"] = "OKP", ["kid"] = "o", ["crv"] = "Ed25519", ["x"] = "AAAA" }));
    }

    private static IReadOnlyList<string> Algorithms(JsonObject jwk) => Of(jwk)!.Algorithms;

    private static TokenKey? Of(JsonObject jwk) => TokenKey.Of(new JsonWebKey(jwk.ToJsonString()));

    private static JsonObject With(JsonObject jwk, string name, string value)
    {
        jwk[name] = value;
        return jwk;
    }
}
