package datasource

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readEvents returns the data of all events, why reading them ended, and how
// often the reader called alive.
func readEvents(body io.Reader, limit int) (data []string, alive int, err error) {
	r := newEventReader(body, limit, func() { alive++ })
	for {
		event, err := r.next()
		if err != nil {
			return data, alive, err
		}
		data = append(data, event)
	}
}

func TestEventReaderNext_ReturnsTheDataOfUnnamedEvents(t *testing.T) {
	for _, tt := range []struct {
		name, stream string
		want         []string
		alive        int
	}{
		{"LF", "data: [1]\n\ndata: [2]\n\n", []string{"[1]", "[2]"}, 2},
		{"CRLF", "data: [1]\r\n\r\ndata: [2]\r\n\r\n", []string{"[1]", "[2]"}, 2},
		{"CR", "data: [1]\r\rdata: [2]\r\r", []string{"[1]", "[2]"}, 2},
		{"mixed line ends", "data: [1]\r\n\rdata: [2]\n\r\ndata: [3]\r\n\n", []string{"[1]", "[2]", "[3]"}, 3},
		{"no space after the colon", "data:[1]\n\n", []string{"[1]"}, 1},
		{"one space is not data", "data:  [1] \n\n", []string{" [1] "}, 1},
		{"several lines", "data: [\ndata: 1,\ndata:\ndata: 2\ndata: ]\n\n", []string{"[\n1,\n\n2\n]"}, 1},
		{"several lines with CRLF", "data: [\r\ndata: 1]\r\n\r\n", []string{"[\n1]"}, 1},
		{"a keepalive", "data:  \n\n", []string{" "}, 1},
		{"no data", "id: 7\n\ndata\n\n", []string{"", ""}, 2},
		{"a byte order mark", "\ufeffdata: [1]\n\n", []string{"[1]"}, 1},
		{"comments", ": hello\n\n:\n:x\ndata: [1]\n: y\n\n", []string{"[1]"}, 6},
		{"other fields", "id: 1\nretry: 10\nevent: message\ndata: [1]\nfoo: bar\nbaz\n\n", []string{"[1]"}, 1},
		{"an invalid retry", "retry: soon\ndata: [1]\n\n", []string{"[1]"}, 1},
		{"named events", "event: other\ndata: [1]\n\ndata: [2]\n\nevent:\ndata: [3]\n\n", []string{"[2]", "[3]"}, 3},
		{"blank lines", "\n\r\n\r\ndata: [1]\n\n\n\r\r\n\ndata: [2]\n\n\n", []string{"[1]", "[2]"}, 2},
		{"unknown fields alone", "foo: bar\n\n", nil, 1},
		{"nothing", "", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, body := range []io.Reader{
				strings.NewReader(tt.stream),
				iotest.OneByteReader(strings.NewReader(tt.stream)),
				iotest.DataErrReader(strings.NewReader(tt.stream)),
			} {
				data, alive, err := readEvents(body, 1000)
				assert.Equal(t, tt.want, data)
				assert.Equal(t, tt.alive, alive)
				assert.EqualError(t, err, "the service ended the stream")
			}
		})
	}
}

func TestEventReaderNext_NeverTakesACutEventForAWholeOne(t *testing.T) {
	for _, stream := range []string{
		"data: [1,2]\n\n",
		"data: [1,2]\r\r",
		"data: [1,2]\r\n\r\n",
		"data: [1,\ndata: 2]\n\n",
		"event: message\r\ndata: [1,\r\ndata: 2]\r\nid: 1\r\n\r\n",
		": hello\ndata: [1,2]\nretry: 10\n\n",
	} {
		whole := len(stream)
		if strings.HasSuffix(stream, "\r\n\r\n") {
			whole-- // the event ends with the CR of the blank line
		}
		for cut := range stream {
			for _, end := range []error{io.EOF, io.ErrUnexpectedEOF} {
				body := io.MultiReader(strings.NewReader(stream[:cut]), iotest.ErrReader(end))
				data, _, err := readEvents(body, 1000)
				if cut >= whole {
					assert.Len(t, data, 1)
					continue
				}
				assert.Empty(t, data, "%q", stream[:cut])
				switch {
				case end != io.EOF:
					assert.EqualError(t, err, "reading the stream: unexpected EOF")
				case cut == 0:
					assert.EqualError(t, err, "the service ended the stream")
				default:
					assert.EqualError(t, err, "the service ended the stream in the middle of an event")
				}
			}
		}
	}
}

func TestEventReaderNext_ReadsAnEventOfAnySize(t *testing.T) {
	var stream strings.Builder
	var want []string
	for _, size := range []int{1, 4089, 4090, 4091, 4096, readBufferBytes - 7, readBufferBytes, 300_000} {
		event := strings.Repeat("x", size)
		want = append(want, event)
		stream.WriteString("data: " + event + "\r\n\r\n")
	}
	data, _, err := readEvents(strings.NewReader(stream.String()), 1<<20)
	require.ErrorIs(t, err, errEnded)
	assert.Equal(t, want, data)
}

func TestEventReaderNext_LimitsTheSizeOfAnEvent(t *testing.T) {
	const limit = 100_000
	fits := "data: " + strings.Repeat("x", limit-len("data: \n")) + "\n\n"
	for _, tt := range []struct {
		name, stream string
		events       int
		ok           bool
	}{
		{"at the limit", fits + fits, 2, true},
		{"above", fits + "data: x" + strings.Repeat("x", limit) + "\n\n", 1, false},
		{"a byte above", fits + strings.Replace(fits, "x", "xx", 1), 1, false},
		{"many lines", strings.Repeat("data: x\n", limit/8+1), 0, false},
		{"many comments without an event", strings.Repeat(":\n", limit/2+1), 0, false},
		{"many comments", strings.Repeat(":\n\n", limit), 0, true},
		{"many blank lines", strings.Repeat("\n", 2*limit), 0, true},
		{"a line without end", strings.Repeat("x", 2*limit), 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, _, err := readEvents(strings.NewReader(tt.stream), limit)
			assert.Len(t, data, tt.events)
			if tt.ok {
				assert.ErrorIs(t, err, errEnded)
			} else {
				assert.EqualError(t, err, "an event of the stream is larger than the limit of 100000 bytes")
			}
		})
	}
}

func TestEventReaderNext_ReturnsTheErrorAgain(t *testing.T) {
	broken := errors.New("broken")
	r := newEventReader(iotest.ErrReader(broken), 1000, func() {})
	for range 2 {
		_, err := r.next()
		require.ErrorIs(t, err, broken)
	}
}

// An event arrives in packets. The time for each byte must not grow with the
// number of packets.
func BenchmarkEventReaderNext_18MB(b *testing.B) {
	stream := "data: " + strings.Repeat("x", 18<<20) + "\n\n"
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		data, _, _ := readEvents(&packets{strings.NewReader(stream)}, maxEventBytes)
		if len(data) != 1 {
			b.Fatal(len(data))
		}
	}
}

// packets is a reader that returns 4 KiB at most.
type packets struct{ io.Reader }

func (p *packets) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), 4096)]) }
