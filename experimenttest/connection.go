package experimenttest

import (
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
)

// listener accepts connections that a Fault can break.
type listener struct{ net.Listener }

// Accept returns the next connection, as a *connection.
func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &connection{Conn: conn}, nil
}

// connection is a connection that a Fault can break. The methods of a nil
// connection do nothing: a Server that is the handler of another server has no
// connections of its own.
type connection struct {
	net.Conn
	swallows atomic.Bool
}

// Read reads from the connection. After swallow it discards what arrives and
// returns only when the connection is closed.
func (c *connection) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.swallows.Load() {
			return n, err
		}
	}
}

// Write writes to the connection. After swallow it pretends to.
func (c *connection) Write(p []byte) (int, error) {
	if c.swallows.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// swallow makes the connection a black hole in both directions.
func (c *connection) swallow() {
	if c != nil {
		c.swallows.Store(true)
	}
}

// reset closes the connection with a TCP reset.
func (c *connection) reset() {
	if c == nil {
		return
	}
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it, only the reset is missing
	}
	c.close()
}

// close closes the connection, also below TLS, which would say goodbye first.
func (c *connection) close() {
	if c != nil {
		_ = c.Conn.Close() // the connection is given up
	}
}

// connectionKey is the key of a connection in a request's context.
type connectionKey struct{}

// withConnection returns the context of the requests of a connection. It is the
// ConnContext of a Server's http.Server.
func withConnection(ctx context.Context, conn net.Conn) context.Context {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	return context.WithValue(ctx, connectionKey{}, conn)
}

// connectionOf returns the connection of a request, or nil if it is not one of
// the Server's own.
func connectionOf(ctx context.Context) *connection {
	conn, _ := ctx.Value(connectionKey{}).(*connection)
	return conn
}
