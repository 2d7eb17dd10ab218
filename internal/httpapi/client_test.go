package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDo_ReturnsStatusHeaderAndBody(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, "/path?v=0", r.RequestURI)
		assert.Equal(t, []string{"Api-Key k"}, r.Header["Authorization"])
		assert.Equal(t, []string{"1"}, r.Header["X-Other"])
		assert.Equal(t, int64(4), r.ContentLength)
		w.Header().Set("ETag", `"1"`)
		respond(200, "body")(w, r)
	})
	header := http.Header{"X-Other": {"1"}}
	got, err := httpapi.New(httpapi.Options{}).Do(t.Context(), &httpapi.Request{
		Method: http.MethodPost, URL: s.URL + "/path?v=0", Header: header, Key: key(t, "k"), Body: []byte("user")})
	require.NoError(t, err)
	assert.Equal(t, 200, got.StatusCode)
	assert.Equal(t, `"1"`, got.Header.Get("ETag"))
	assert.Equal(t, "body", string(got.Body))
	assert.Equal(t, http.Header{"X-Other": {"1"}}, header, "the request's header is only read")
}

func TestDo_ReturnsAcceptedStatuses(t *testing.T) {
	s := serve(t, respond(304, ""), respond(204, ""))
	c := httpapi.New(httpapi.Options{})
	for _, status := range []int{304, 204} {
		request := get(s.URL)
		request.Accept = []int{200, 204, 304}
		got, err := c.Do(t.Context(), request)
		require.NoError(t, err)
		assert.Equal(t, status, got.StatusCode)
		assert.Empty(t, got.Body)
	}
}

func TestDo_IsSafeForConcurrentUse(t *testing.T) {
	const goroutines, each = 16, 20
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		respond(200, r.URL.RawQuery)(w, r)
	}))
	defer s.Close()
	c := httpapi.New(httpapi.Options{Retries: 1, Timeout: time.Minute, RetryTimeout: time.Minute})
	var all sync.WaitGroup
	for g := range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range each {
				query := url.Values{"q": {fmt.Sprint(g, i)}}.Encode()
				got, err := c.Do(t.Context(), get(s.URL+"?"+query))
				if assert.NoError(t, err) {
					assert.Equal(t, query, string(got.Body))
				}
			}
		}()
	}
	all.Wait()
}
