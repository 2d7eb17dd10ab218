package updater

import (
	"context"
	"errors"
	"log/slog"

	"github.com/amplitude/experiment-go-server/internal/datasource"
)

// outage remembers what failed, so that each outage is warned of once and not
// once for each attempt.
type outage struct {
	streamFailed bool
	streamEvents int // what the stream has sent since it failed
	pollFailed   bool
	noStream     bool // whether it was logged that the service has no stream
}

// loadFailed notes that the first load failed, which was logged.
func (o *outage) loadFailed() { o.pollFailed = true }

// failed logs a failure of a data source: as a warning if it is the first one
// since flags were last received, otherwise at debug level.
func (o *outage) failed(logger *slog.Logger, source datasource.Source, err error) {
	var none *datasource.NoStreamError
	switch {
	case source == datasource.SourceStream && errors.As(err, &none):
		level := slog.LevelDebug
		if !o.noStream {
			o.noStream, level = true, slog.LevelInfo
		}
		logger.Log(context.Background(), level, "the service has no stream of flags; they are polled", "error", err)
	case source == datasource.SourceStream:
		if o.streamFailed || o.pollFailed {
			logger.Debug("the stream of flags failed again", "error", err)
		} else {
			logger.Warn("the stream of flags failed; flags are polled until it works again", "error", err)
		}
		o.streamFailed, o.streamEvents = true, 0
	case o.pollFailed:
		logger.Debug("polling for flags failed again", "error", err)
	default:
		logger.Warn("polling for flags failed; the last good flags stay in use", "error", err)
		o.pollFailed = true
	}
}

// worked logs that a data source works again, if it had failed. A stream works
// again when it has sent something twice: one that ends after each first
// document would otherwise be warned of whenever it is retried.
func (o *outage) worked(logger *slog.Logger, source datasource.Source) {
	if source == datasource.SourceStream {
		if o.streamEvents++; o.streamFailed && o.streamEvents < 2 {
			return
		}
		if o.streamFailed {
			logger.Info("the stream of flags works again")
		}
		o.streamFailed, o.pollFailed, o.noStream = false, false, false
		return
	}
	if o.pollFailed {
		logger.Info("polling for flags works again")
	}
	o.pollFailed = false
}
