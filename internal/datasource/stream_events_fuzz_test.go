package datasource

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"github.com/tmaxmax/go-sse"
)

// What the reader returns must not depend on how the bytes arrive, must be what
// package sse alone returns for whole events, and must only grow with the
// stream.
func FuzzEventReaderNext(f *testing.F) {
	f.Add("data: [1]\n\ndata: [2]\r\n\r\n", uint(5))
	f.Add("\ufeffdata:[\rdata:1]\r\r\n: c\n\n", uint(12))
	f.Add("event: e\nid\nretry:1\ndata\n\n\n\n", uint(3))
	f.Fuzz(func(t *testing.T, stream string, cut uint) {
		const limit = 1 << 20
		whole, alive, err := readEvents(strings.NewReader(stream), limit)
		require.ErrorIs(t, err, errEnded)
		slowly, aliveSlowly, err := readEvents(iotest.OneByteReader(strings.NewReader(stream)), limit)
		require.ErrorIs(t, err, errEnded)
		require.Equal(t, whole, slowly)
		require.Equal(t, alive, aliveSlowly)

		if !strings.Contains(stream, "\ufeff") { // which we ignore before each event, not only the first
			require.Equal(t, eventsOfSSE(stream), whole)
		}
		part, _, _ := readEvents(strings.NewReader(stream[:cut%(uint(len(stream))+1)]), limit)
		require.LessOrEqual(t, len(part), len(whole))
		for i := range part {
			require.Equal(t, whole[i], part[i])
		}
	})
}

// eventsOfSSE returns the data of the unnamed events that package sse finds
// before the stream breaks.
func eventsOfSSE(stream string) (data []string) {
	body := io.MultiReader(strings.NewReader(stream), iotest.ErrReader(errors.New("broken")))
	for event, err := range sse.Read(body, nil) {
		if err == nil && (event.Type == "" || event.Type == "message") {
			data = append(data, event.Data)
		}
	}
	return data
}
