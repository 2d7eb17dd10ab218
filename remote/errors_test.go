package remote_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

func TestFetchError_NamesTheStatusAndAdvises(t *testing.T) {
	const (
		badUser = ": the service rejects the user; does it have a UserID or a DeviceID?"
		badKey  = ": the service does not know the deployment key; " +
			"is it a server deployment's key, and is ServerZone right?"
		tooLarge = ": the user, or the list of flag keys, is larger than the service accepts"
	)
	for _, tt := range []struct {
		status, attempts int
		want             string
	}{
		{204, 1, "status 204 No Content"},
		{304, 1, "status 304 Not Modified"},
		{400, 1, "status 400 Bad Request" + badUser},
		{401, 1, "status 401 Unauthorized" + badKey},
		{403, 1, "status 403 Forbidden" + badKey},
		{404, 1, "status 404 Not Found: is the path in ServerURL right?"},
		{408, 1, "status 408 Request Timeout"},
		{413, 1, "status 413 Request Entity Too Large" + tooLarge},
		{431, 1, "status 431 Request Header Fields Too Large" + tooLarge},
		{499, 1, "status 499"},
		{429, 9, "gave up after 9 attempts: status 429 Too Many Requests"},
		{500, 9, "gave up after 9 attempts: status 500 Internal Server Error"},
		{501, 9, "gave up after 9 attempts: status 501 Not Implemented"},
		{503, 9, "gave up after 9 attempts: status 503 Service Unavailable"},
		{599, 9, "gave up after 9 attempts: status 599"},
	} {
		t.Run(strconv.Itoa(tt.status), func(t *testing.T) {
			s := serve(t, respond(tt.status, ""))
			got, err := initialize(t, s, nil).Fetch(t.Context(), user)
			assert.Nil(t, got)
			var fetchErr *remote.FetchError
			require.ErrorAs(t, err, &fetchErr)
			assert.Equal(t, tt.status, fetchErr.StatusCode)
			assert.EqualError(t, err, "fetching variants: "+tt.want)
			assert.Len(t, s.requests(), tt.attempts)
		})
	}
}

func TestFetchError_HasTheRetryAfter(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := initialize(t, s, nil).Fetch(t.Context(), user)
	var fetchErr *remote.FetchError
	require.ErrorAs(t, err, &fetchErr)
	assert.Equal(t, time.Hour, fetchErr.RetryAfter)
	assert.EqualError(t, err, "fetching variants: status 429 Too Many Requests, retry after 1h0m0s")
	assert.EqualError(t, errors.Unwrap(fetchErr), "status 429 Too Many Requests, retry after 1h0m0s")
	assert.Len(t, s.requests(), 1)
}

func TestFetch_DoesNotRetryAResponseThatIsNotJSON(t *testing.T) {
	s := serve(t, respond(200, `<html>`))
	_, err := initialize(t, s, nil).Fetch(t.Context(), user)
	require.EqualError(t, err, "fetching variants: decoding the response: it is not JSON: "+
		"invalid character '<' looking for beginning of value at byte 1")
	assert.Len(t, s.requests(), 1)
}

func TestFetch_RejectsAResponseAboveTheLimit(t *testing.T) {
	block := bytes.Repeat([]byte(" "), 1<<20)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 33 {
			if _, err := w.Write(block); err != nil {
				return // the client has stopped reading
			}
		}
	})
	_, err := initialize(t, s, nil).Fetch(t.Context(), user)
	require.EqualError(t, err, "fetching variants: the body is larger than the limit of 33554432 bytes")
	assert.Len(t, s.requests(), 1)
}

func TestFetch_KeepsTheKeyAndTheUserOutOfErrorsAndLogs(t *testing.T) {
	const id = "jane@example.com"
	echo := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<no> "+r.Header.Get("Authorization")+id)
		}
	}
	redirect := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://other.example/?key="+deploymentKey+"&user="+id)
		w.WriteHeader(http.StatusFound)
	}
	for name, handler := range map[string]http.HandlerFunc{
		"400": echo(400), "401": echo(401), "429": echo(429), "500": echo(500), "not JSON": echo(200),
		"redirect": redirect, "truncated": respondTruncated(deploymentKey + id), "timeout": hang,
	} {
		t.Run(name, func(t *testing.T) {
			var logs bytes.Buffer
			s := serve(t, handler)
			client := initialize(t, s, func(c *remote.Config) {
				c.FetchRetries, c.FetchTimeout, c.FetchRetryTimeout = 1, 50*time.Millisecond, 50*time.Millisecond
				c.Logger = debugLogger(&logs)
			})
			_, err := client.Fetch(t.Context(), &experiment.User{UserID: id})
			require.Error(t, err)
			for _, text := range []string{err.Error(), logs.String()} {
				assert.NotContains(t, text, deploymentKey)
				assert.NotContains(t, text, id)
				assert.NotContains(t, text, base64.StdEncoding.EncodeToString([]byte(id))[:12])
			}
		})
	}
}
