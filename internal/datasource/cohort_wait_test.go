package datasource_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestCohortFeed_WaitsByTheCauseOfAFailure(t *testing.T) {
	status := func(code int, retryAfter time.Duration) error {
		return fmt.Errorf("downloading: %w", &httpapi.StatusError{StatusCode: code, RetryAfter: retryAfter})
	}
	lost := errors.New("connection lost")
	const s = time.Second
	for _, tt := range []struct {
		name          string
		refreshed     bool
		failures      int // before this one
		err           error
		least, atMost time.Duration
	}{
		{"the first success", false, 0, nil, 30 * s, 90 * s},
		{"a refresh", true, 0, nil, 54 * s, 66 * s},
		{"no connection", false, 0, lost, s / 2, s},
		{"no connection again", true, 1, lost, s, 2 * s},
		{"no connection for long", true, 99, lost, 30 * s, 60 * s},
		{"202", false, 0, status(202, 0), s / 2, s},
		{"204", false, 0, status(204, 0), 54 * s, 66 * s},
		{"302", false, 0, status(302, 0), 54 * s, 66 * s},
		{"400", false, 0, status(400, 0), 54 * s, 66 * s},
		{"401", false, 0, status(401, 0), 54 * s, 66 * s},
		{"403", false, 0, status(403, 0), 54 * s, 66 * s},
		{"404", false, 2, status(404, 0), 2 * s, 4 * s},
		{"413", false, 0, status(413, 0), 54 * s, 66 * s},
		{"429", false, 3, status(429, 0), 4 * s, 8 * s},
		{"429, sooner than the backoff", false, 3, status(429, s), 4 * s, 8 * s},
		{"429, later", false, 0, status(429, 100*s), 100 * s, 110 * s},
		{"429, much later", false, 0, status(429, math.MaxInt64), 600 * s, 660 * s},
		{"500", false, 0, status(500, 0), s / 2, s},
		{"503, later", false, 0, status(503, 100*s), 100 * s, 110 * s},
		{"too many members", false, 0, &cohort.TooLargeError{}, 54 * s, 66 * s},
		{"too many bytes", false, 0, &httpapi.BodyTooLargeError{}, 54 * s, 66 * s},
		{"no ID", false, 0, datasource.ErrCohortID, 54 * s, 66 * s},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 1000 {
				wait := datasource.CohortWait(time.Minute, tt.refreshed, tt.failures, tt.err)
				assert.GreaterOrEqual(t, wait, tt.least)
				assert.LessOrEqual(t, wait, tt.atMost)
			}
		})
	}
	assert.LessOrEqual(t, datasource.CohortWait(time.Millisecond, false, 0, lost), time.Millisecond,
		"a backoff above the interval")
	assert.Positive(t, datasource.CohortWait(math.MaxInt64, false, 0, status(429, math.MaxInt64)),
		"a sum that does not overflow")
}
