package httpapi

import (
	"net"
	"net/http"
	"time"
)

// maxIdleConns is how many connections a pool keeps that no request uses. A
// server that handles more requests at a time than that opens new connections
// for the rest. All requests of a pool go to one host, unless there are
// redirects or proxies.
const maxIdleConns = 64

// maxHeaderBytes is the longest response header that is read.
const maxHeaderBytes = 256 << 10

// A connection that went dead without being closed is noticed within pingAfter
// plus pingTimeout if it is HTTP/2, even while no request waits. See
// RATIONALE.md, "Why does a pool send pings?".
const (
	pingAfter   = 2 * time.Second // without any frame from the server
	pingTimeout = 2 * time.Second // also of a write that makes no progress
)

// newPool returns a client with a connection pool of its own, which takes
// proxies from the environment.
func newPool() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConns:           maxIdleConns,
		MaxIdleConnsPerHost:    maxIdleConns,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
		ForceAttemptHTTP2:      true, // which a DialContext would turn off
		HTTP2: &http.HTTP2Config{
			SendPingTimeout:  pingAfter,
			PingTimeout:      pingTimeout,
			WriteByteTimeout: pingTimeout,
		},
	}}
}
