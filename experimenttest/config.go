package experimenttest

import (
	"crypto/tls"
	"time"
)

// The keys that a Server expects unless its Config has others. They open
// nothing but fakes.
const (
	DefaultDeploymentKey = "server-fake-deployment-key"
	DefaultAPIKey        = "fake-api-key"
	DefaultSecretKey     = "fake-secret-key"
)

// Config holds what a Server starts with. The zero Config is useful: no flags,
// the default keys, a free port.
type Config struct {
	// Flags is a document of flag configs, as for Server.SetFlags. Default: no
	// flags.
	Flags []byte

	// DeploymentKey is the key that flags, streams and vardata require.
	// Default: DefaultDeploymentKey.
	DeploymentKey string

	// APIKey and SecretKey are the project's keys, which cohorts require.
	// Default: DefaultAPIKey and DefaultSecretKey.
	APIKey    string
	SecretKey string

	// Address is the TCP address to listen on. Default: 127.0.0.1 and a free
	// port.
	Address string

	// TLS makes the Server speak HTTPS, with HTTP/2 for clients that want it.
	// It needs a certificate. Default: nil, which means HTTP.
	TLS *tls.Config

	// NoStream makes the Server one without streams, as Amplitude's evaluation
	// proxy is: the response is a 404.
	NoStream bool

	// Keepalive is how long a stream may be silent before it sends a keepalive.
	// Default: 15 seconds, as the service's.
	Keepalive time.Duration

	// NoGzip sends cohorts uncompressed to all clients. Default: they are
	// compressed for clients that accept it.
	NoGzip bool
}
