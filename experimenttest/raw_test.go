package experimenttest_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// raw requests the flags and returns all bytes that the Server sends until it
// closes the connection.
func raw(t *testing.T, server *experimenttest.Server) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "GET /sdk/v2/flags HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n"+
		"Authorization: Api-Key %s\r\n\r\n", server.DeploymentKey)
	require.NoError(t, err)
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(got)
}
