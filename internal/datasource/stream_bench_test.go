package datasource_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// A change of 18 MB of flags has to be in use within a second.
func BenchmarkStream_18MB(b *testing.B) {
	service := testservice.New(b)
	outcome := connect(b, b.Context(), newStream(b, service.URL))
	server := respondStream(b, service.Next(b), event("[0]"))
	c := testservice.Receive(b, outcome)
	require.NoError(b, c.err)
	document := event(largeDocument(18 << 20))
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		go server.send(document)
		if c.next(b) == "" {
			b.Fatal("a keepalive")
		}
	}
}
