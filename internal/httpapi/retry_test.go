package httpapi

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBackoffGrowsByTheScalarUpToTheMost(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name        string
		least, most time.Duration
		scalar      float64
		retry       int
		want        time.Duration // before jitter
	}{
		{"first", 500 * ms, 10000 * ms, 1.5, 0, 500 * ms},
		{"second", 500 * ms, 10000 * ms, 1.5, 1, 750 * ms},
		{"third", 500 * ms, 10000 * ms, 1.5, 2, 1125 * ms},
		{"last below the most", 500 * ms, 10000 * ms, 1.5, 7, 8542968750 * time.Nanosecond},
		{"at the most", 500 * ms, 10000 * ms, 1.5, 8, 10000 * ms},
		{"scalar 1 stays", 500 * ms, 10000 * ms, 1, 1000, 500 * ms},
		{"beyond a Duration", 500 * ms, 10000 * ms, 1.5, 200, 10000 * ms},
		{"beyond a float64", 500 * ms, 10000 * ms, 10, 1000, 10000 * ms},
		{"the most there is", math.MaxInt64, math.MaxInt64, 2, 9, math.MaxInt64},
		{"no least is none", 0, 10000 * ms, 1.5, 5, 0},
		{"no least is none, beyond a float64", 0, 10000 * ms, 10, 300, 0},
		{"no most is none", 500 * ms, 0, 1.5, 5, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 200 {
				got := backoff(tt.least, tt.most, tt.scalar, tt.retry)
				assert.GreaterOrEqual(t, got, tt.want/2)
				assert.LessOrEqual(t, got, tt.want)
			}
		})
	}
}

func TestBackoffIsNotTheSameTwice(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 50 {
		seen[backoff(time.Hour, time.Hour, 1, 0)] = true
	}
	assert.Greater(t, len(seen), 40)
}

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		value  string
		want   time.Duration
		ok     bool
	}{
		{"seconds", 429, "120", 2 * time.Minute, true},
		{"zero", 429, "0", 0, true},
		{"with 503", 503, "3", 3 * time.Second, true},
		{"seconds beyond a Duration", 429, "18446744073709551615", math.MaxInt64 / time.Second * time.Second, true},
		{"date in the past", 429, "Fri, 31 Dec 1999 23:59:59 GMT", 0, true},
		{"date in the old form", 429, "Friday, 31-Dec-99 23:59:59 GMT", 0, true},
		{"absent", 429, "", 0, false},
		{"negative", 429, "-1", 0, false},
		{"fraction", 429, "1.5", 0, false},
		{"text", 429, "soon", 0, false},
		{"with another status", 500, "120", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp := &http.Response{StatusCode: tt.status, Header: http.Header{"Retry-After": {tt.value}}}
			got, ok := retryAfter(resp)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.ok, ok)
		})
	}
	t.Run("date to come", func(t *testing.T) {
		date := time.Now().Add(24 * time.Hour).UTC().Format(http.TimeFormat)
		got, ok := retryAfter(&http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {date}}})
		assert.True(t, ok)
		assert.InDelta(t, 24*time.Hour, got, float64(time.Minute))
	})
	t.Run("no response", func(t *testing.T) {
		_, ok := retryAfter(nil)
		assert.False(t, ok)
	})
}
