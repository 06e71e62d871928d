using System.Net;
using System.Text;
using System.Text.Json;
using Fraud.Http.Edge;

namespace Fraud.Tests.Http.Edge;

public sealed class WellFormedJsonTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"name":["a",{"b":"x\udc00y"}]}""")]
    [InlineData("""{"name":""")]
    public void Check_HalfASurrogateOrNoJson_Throws(string json) =>
        Assert.ThrowsAny<JsonException>(() => WellFormedJson.Check(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"name":"\ud83d\udcb3 \"\n\u00e4"}""")]
    [InlineData("[1,true,null]")]
    public void Check_Unicode_Passes(string json) => WellFormedJson.Check(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("/api/2.0/mlflow/registered-models/create", """{"\ud800":1,"name":"a"}""")]
    [InlineData("/api/2.0/mlflow/registered-models/create", """{"name":"\ud800"}""")]
    [InlineData("/v2/repository/index", """{"\ud800":1}""")]
    [InlineData("/train", """{"\ud800":1}""")]
    public async Task Post_HalfASurrogate_Is400(string address, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await server.Client.PostAsync(new Uri(address, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
