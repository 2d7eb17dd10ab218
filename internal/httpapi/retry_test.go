package httpapi

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRetryAfter_ReadsSecondsAndDates(t *testing.T) {
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
		{"neither a number nor a date", 429, "soon", 0, false},
		{"with another status", 500, "120", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp := &http.Response{StatusCode: tt.status, Header: http.Header{"Retry-After": {tt.value}}}
			got, ok := retryAfter(resp)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.ok, ok)
		})
	}
	t.Run("date in the future", func(t *testing.T) {
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
