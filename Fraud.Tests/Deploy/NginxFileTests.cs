using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What the reference systems' nginx does, said in ours. What is held here is the file.</summary>
public sealed class NginxFileTests
{
    private static readonly string Configuration = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx", "fraud.conf"));

    private static readonly Dictionary<string, string[]> Promised = new(StringComparer.Ordinal)
    {
        ["redirect, TLS and ciphers"] =
        [
            @"listen 80;[^}]*return 301 https://\$host\$request_uri;", "listen 443 ssl http2;", "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:",
        ],
        ["HSTS"] = [@"add_header Strict-Transport-Security ""max-age=31536000; includeSubDomains"" always;"],
        ["who asked, and a minute for each step"] =
        [
            @"proxy_set_header X-Real-IP \$remote_addr;", @"proxy_set_header X-Forwarded-For \$remote_addr;", @"proxy_set_header X-Forwarded-Proto \$scheme;",
            "proxy_connect_timeout 60s;", "proxy_send_timeout 60s;", "proxy_read_timeout 60s;",
        ],
        ["health without a log"] = [@"location = /health \{[^}]*access_log off;"],
        ["health kept for ten seconds"] = [@"location = /health \{[^}]*proxy_cache_valid 200 10s;"],
        ["several nodes"] = [@"upstream fraud \{[^}]*server 127.0.0.1:8000 [^;]+;\s+server 127.0.0.1:8001 [^;]+;\s+server 127.0.0.1:8002 [^;]+;"],
        ["connections are kept"] = ["keepalive_timeout 65s;", "keepalive_requests 1000;", @"upstream fraud \{[^}]*keepalive 32;"],
        ["compression"] = ["gzip on;", "gzip_comp_level 5;", "gzip_types application/json "],
        ["rate by address"] =
        [
            @"limit_req_zone \$binary_remote_addr zone=api_limit:10m rate=5000r/s;", @"location / \{[^}]*limit_req zone=api_limit burst=1000 nodelay;",
        ],
        ["certificate"] = ["ssl_certificate /etc/letsencrypt/live/", "ssl_certificate_key /etc/letsencrypt/live/"],
    };

    public static TheoryData<string> Promises => [.. Promised.Keys];

    [Theory]
    [MemberData(nameof(Promises))]
    public void Configuration_OfAReference_IsSaid(string promise) =>
        Assert.All(Promised[promise], said => Assert.Matches(new Regex(said, RegexOptions.Singleline, TimeSpan.FromSeconds(1)), Configuration));
}
