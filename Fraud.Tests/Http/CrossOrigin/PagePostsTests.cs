using System.Net;
using System.Text;
using Fraud.Tests.Http.ApiDocs;

namespace Fraud.Tests.Http.CrossOrigin;

/// <summary>What any web page can have a browser send without asking first changes nothing, at no address there is.</summary>
public sealed class PagePostsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string?, string, string> FromPages => new()
    {
        { null, "Origin", "https://evil.example" },
        { "text/plain", "Origin", "https://evil.example" },
        { "text/plain;charset=UTF-8", "Origin", "null" },
        { "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site" },
        { "multipart/form-data; boundary=x", "Sec-Fetch-Site", "same-site" },
        { null, "Sec-Fetch-Site", "same-origin" },
    };

    [Theory]
    [MemberData(nameof(FromPages))]
    public async Task Post_SimpleRequestOfAPage_IsRefusedEverywhere(string? type, string header, string value)
    {
        var document = await ApiDocument.Of(server.Client);
        var taken = new List<string>();
        var asked = 0;
        foreach (var (path, _, _) in document.Operations.Where(static one => one.Method == "post"))
        {
            // With what an address takes from the query where there is no body.
            var address = path.Replace('{', 'x').Replace('}', 'x') + "?name=payments&alias=champion&version=1&stage=Production";
            using var answer = await Send(address, type, header, value, "{}"u8.ToArray());
            using var empty = await Send(address, type, header, value, []);
            asked++;
            taken.AddRange(new[] { answer, empty }.Where(static one => one.StatusCode != HttpStatusCode.UnsupportedMediaType).Select(one => $"{path}: {one.StatusCode}"));
        }

        Assert.Empty(taken);
        Assert.InRange(asked, 12, 1_000);
    }

    [Theory]
    [InlineData("application/json", "Origin", "https://console.example")]
    [InlineData(null, "Sec-Fetch-Site", "none")]
    [InlineData(null, "X-Other", "x")]
    [InlineData("application/x-www-form-urlencoded", "X-Other", "x")]
    public async Task Post_WhatABrowserAsksForFirstOrAProgramSends_IsTaken(string? type, string header, string value)
    {
        using var answer = await Send("/v2/repository/index", type, header, value, Encoding.UTF8.GetBytes("\uFEFF{\"ready\":null}"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> Send(string address, string? type, string header, string value, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        if (type is not null)
        {
            Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", type));
        }

        request.Headers.Add(header, value);
        return await server.Client.SendAsync(request);
    }
}
