package httpapi_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// bodies is a Request.Read that keeps what it reads of each attempt.
type bodies [][]byte

func (b *bodies) read(body io.Reader) error {
	all, err := io.ReadAll(body)
	*b = append(*b, all)
	return err
}

// getTo returns a request whose body read gets.
func getTo(url string, read func(io.Reader) error) *httpapi.Request {
	request := get(url)
	request.Read = read
	return request
}

func TestRead_GetsTheBody(t *testing.T) {
	for _, body := range []string{"", "short", strings.Repeat("long ", 1<<18)} {
		s := serve(t, respond(200, body))
		var got bodies
		response, err := httpapi.New(httpapi.Options{}).Do(t.Context(), getTo(s.URL, got.read))
		require.NoError(t, err)
		assert.Equal(t, 200, response.StatusCode)
		assert.Nil(t, response.Body)
		require.Len(t, got, 1)
		assert.True(t, body == string(got[0]))
	}
}

func TestRead_GetsNoBodyOfAnotherStatus(t *testing.T) {
	s := serve(t, respond(204, ""), respond(404, "no"))
	read := func(io.Reader) error {
		assert.Fail(t, "it was called")
		return nil
	}
	c := httpapi.New(httpapi.Options{})
	request := getTo(s.URL, read)
	request.Accept = []int{200, 204}
	response, err := c.Do(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, 204, response.StatusCode)
	_, err = c.Do(t.Context(), request)
	require.ErrorContains(t, err, "status 404 Not Found")
}

func TestRead_GetsTheBodyWithoutGzip(t *testing.T) {
	const size = 100_000
	body := zipped(t, size)
	for name, transport := range map[string]*http.Transport{
		"asked for":     {},
		"not asked for": {DisableCompression: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, transport.DisableCompression, r.Header.Get("Accept-Encoding") == "")
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(body)
			})
			var got bodies
			c := httpapi.New(httpapi.Options{HTTPClient: &http.Client{Transport: transport}})
			t.Cleanup(transport.CloseIdleConnections)
			_, err := c.Do(t.Context(), getTo(s.URL, got.read))
			require.NoError(t, err)
			require.Len(t, got, 1)
			assert.Len(t, got[0], size)
		})
	}
}

func TestRead_IsRetriedIfTheBodyFails(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\n"
	broken := zipped(t, 1000)
	broken[len(broken)-8] ^= 1 // the checksum
	inGzip := func(body []byte) string {
		return head + "Content-Encoding: gzip\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + string(body)
	}
	for _, tt := range []struct {
		name, response string
		attempts       int // that got as far as to Read
	}{
		{"truncated", head + "Content-Length: 10\r\n\r\n{", 2},
		{"chunks truncated", head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n", 2},
		{"not gzip", inGzip([]byte("{}")), 1},
		{"gzip truncated", inGzip(broken[:len(broken)-8]), 2},
		{"another checksum", inGzip(broken), 2},
	} {
		for _, asked := range []bool{true, false} {
			t.Run(tt.name+", gzip asked for: "+strconv.FormatBool(asked), func(t *testing.T) {
				s := serve(t, closeAfter(tt.response), respond(200, "whole"))
				transport := &http.Transport{DisableKeepAlives: true, DisableCompression: !asked}
				var got bodies
				_, err := httpapi.New(httpapi.Options{Retries: 1, HTTPClient: &http.Client{Transport: transport}}).
					Do(t.Context(), getTo(s.URL, func(body io.Reader) error {
						_ = got.read(body)
						return errors.New("half a document") // which is the body's fault the first time
					}))
				require.EqualError(t, err, "gave up after 2 attempts: half a document")
				assert.Equal(t, "whole", string(got[len(got)-1]))
				assert.Equal(t, int32(2), s.requests.Load())
			})
		}
	}
}

// The end of the body can fail although Read needed no more of it.
func TestRead_IsRetriedIfTheEndOfTheBodyFails(t *testing.T) {
	s := serve(t, closeAfter("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), respond(200, "{}"))
	first2 := func(body io.Reader) error {
		_, err := io.ReadFull(body, make([]byte, 2))
		return err
	}
	_, err := httpapi.New(httpapi.Options{Retries: 1}).Do(t.Context(), getTo(s.URL, first2))
	require.NoError(t, err)
	assert.Equal(t, int32(2), s.requests.Load())
}

func TestRead_IsNotRetriedIfItRejectsTheBody(t *testing.T) {
	s := serve(t, respond(200, "<html>"))
	rejected := errors.New("not a cohort")
	_, err := httpapi.New(httpapi.Options{Retries: 3}).
		Do(t.Context(), getTo(s.URL, func(io.Reader) error { return rejected }))
	require.ErrorIs(t, err, rejected)
	assert.EqualError(t, err, "not a cohort")
}

func TestRead_LeavesTheConnectionUsable(t *testing.T) {
	s := serve(t, respond(200, "{} "), respond(200, ""))
	c := httpapi.New(httpapi.Options{})
	for range 2 {
		_, err := c.Do(t.Context(), getTo(s.URL, func(io.Reader) error { return nil }))
		require.NoError(t, err)
	}
	assert.Equal(t, int32(1), s.connections.Load())
}

func TestRead_GetsNoMoreThanTheLimit(t *testing.T) {
	const limit = 1000
	body := bytes.Repeat([]byte("x"), limit+1)
	inChunks := func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush() // so that there is no Content-Length
		_, _ = w.Write(body)
	}
	inGzip := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zipped(t, 1<<20))
	}
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		got     []int // bytes of each attempt
		fails   bool
	}{
		{"at the limit", respond(200, string(body[:limit])), []int{limit}, false},
		{"above, by Content-Length", respond(200, string(body)), nil, true},
		{"above, in chunks", inChunks, []int{limit}, true},
		{"above, in gzip", inGzip, []int{limit}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.handler)
			var got bodies
			_, err := httpapi.New(httpapi.Options{Retries: 3, MaxBodyBytes: limit}).
				Do(t.Context(), getTo(s.URL, got.read))
			if tt.fails {
				var tooLarge *httpapi.BodyTooLargeError
				require.ErrorAs(t, err, &tooLarge)
				assert.EqualError(t, err, "the body is larger than the limit of 1000 bytes")
			} else {
				require.NoError(t, err)
			}
			var lengths []int
			for _, body := range got {
				lengths = append(lengths, len(body))
			}
			assert.Equal(t, tt.got, lengths)
		})
	}
}
