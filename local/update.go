package local

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/amplitude/experiment-go-server/internal/flagsource"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// load gets the first flags from the service.
func (c *Client) load(ctx context.Context) error {
	document, err := c.source.Load(ctx)
	if err != nil {
		return err
	}
	return c.accept(document)
}

// poll looks for changed flags until the client is closed. One goroutine does it all, so polls do not overlap.
func (c *Client) poll() {
	defer close(c.polling)
	// The first wait is spread over a whole interval, after which a fleet that started together is out of step.
	timer := time.NewTimer(around(c.interval, 0.5))
	defer timer.Stop()
	for {
		select {
		case <-c.life.Done():
			return
		case <-timer.C:
		}
		c.refresh()
		timer.Reset(around(c.interval, 0.1))
	}
}

// around is a random time that is at most the given part off.
func around(d time.Duration, part float64) time.Duration {
	t := float64(d) * (1 + part*(2*rand.Float64()-1))
	return time.Duration(min(t, math.MaxInt64/2)) // a float64 above the largest Duration would not convert
}

// refresh polls once. Whatever goes wrong leaves the current flags in use.
func (c *Client) refresh() {
	document, changed, err := c.source.Poll(c.life, c.etag)
	if err == nil && changed {
		err = c.accept(document)
	}
	switch {
	case c.closed():
	case err != nil && c.failing:
		c.logger.Debug("polling for flags still fails", "error", err)
	case err != nil:
		c.failing = true
		c.logger.Warn("polling for flags fails, so the last good ones stay in use", "error", err)
	case c.failing:
		c.failing = false
		c.logger.Info("polling for flags works again")
	}
}

// accept makes a document the current flags, unless it is that already. An ETag is remembered only for a document that
// could be used, so that one that could not is asked for again.
func (c *Client) accept(document flagsource.Document) error {
	if current := c.current.Load(); current == nil || !current.Of(document.Body) {
		next, err := snapshot.New(document.Body)
		if err != nil {
			return err
		}
		if current != nil {
			next.Adopt(current)
		}
		c.use(next)
	}
	c.etag = document.ETag
	return nil
}

// mostWarnings is how many warnings one document causes, however much is wrong with it.
const mostWarnings = 20

func (c *Client) use(next *snapshot.Snapshot) {
	c.current.Store(next)
	c.logger.Debug("using new flags", "flags", next.NumFlags())
	diagnostics := next.Diagnostics()
	for i, d := range diagnostics {
		if i == mostWarnings {
			c.logger.Warn("more problems in flag configs", "number", len(diagnostics)-i)
			break
		}
		c.logger.Warn("problem in a flag config",
			"flag", d.Flag, "entry", d.Entry, "byte", d.Offset, "code", d.Code, "reason", d.Message)
	}
}
