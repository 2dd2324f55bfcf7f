# Varnish in front of commentsvc, told by it which answers it may not keep any longer. Needs vmod_xkey (Debian:
# varnish-modules), Varnish 7, and the parameter `http_gzip_support=off`, so that the service's brotli goes through:
#
#   varnishd -a :6081 -f /etc/varnish/varnish.vcl -p http_gzip_support=off
#
# The service needs COMMENTSVC_PURGE_URL=http://VARNISH:6081/, COMMENTSVC_PURGE_METHOD=PURGE,
# COMMENTSVC_PURGE_HEADER=xkey-purge, COMMENTSVC_TRUSTED_PROXIES with Varnish's address, and
# COMMENTSVC_THREAD_SHARED_MAX_AGE_SECONDS=3600: kept so long, because it is told.
#
# Two things name their surroundings: the service, and who may purge.

vcl 4.1;

import std;
import xkey;

backend default {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 30s;
    .probe = {
        .url = "/healthz";
        .interval = 1s;
        .timeout = 1s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

acl may_purge {
    "127.0.0.1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ may_purge || !req.http.xkey-purge) {
            return (synth(403));
        }
        set req.http.purged = xkey.purge(req.http.xkey-purge);
        return (synth(200));
    }

    # One address, ours to tell: what a client says of where it comes from is not believed.
    set req.http.X-Forwarded-For = client.ip;
    unset req.http.Forwarded;
    unset req.http.X-Forwarded-Host;

    # For the operator, inside.
    if (req.url ~ "^/(metrics|readyz)(\?|$)") {
        return (synth(404));
    }

    # What readers see is the same for everybody, and nothing of a request but its address and encoding counts.
    if ((req.method != "GET" && req.method != "HEAD")
        || req.http.Authorization || req.http.Cookie
        || req.url !~ "^/(api/v1/(thread|replies|counts|recent|anchors)|feed|fragment|(embed|counts)\.js|embed/[\w-]+\.js|languages/[\w-]+\.json)(\?|$)") {
        return (pass);
    }
    # Browsers spell Accept-Encoding in many ways; three variants are enough. `q=0` means no.
    if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*br\s*(,|$|;\s*q=(1|0\.0*[1-9]))") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|,)\s*gzip\s*(,|$|;\s*q=(1|0\.0*[1-9]))") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
    unset req.http.Origin;
    # A stale answer stands in for a minute while the service makes a new one, and for a day while it is down.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 60s;
    }
    return (hash);
}

sub vcl_backend_response {
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);  # the stale answer is better
    }
    if (beresp.ttl > 0s) {
        set beresp.grace = 1d;
    }
}

sub vcl_deliver {
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
