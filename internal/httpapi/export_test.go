package httpapi

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
)

// Trust makes the client's own pool trust the given certificates.
func (c *Client) Trust(roots *x509.CertPool) {
	c.pool.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
}
