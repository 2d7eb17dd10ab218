package local

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/lastgood"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// resolve returns the options that the config stands for, without the last good
// file, or an error that names the invalid field. It warns of a URL that sends
// keys unencrypted.
func (c Config) resolve(key httpapi.Key) (updater.Options, error) {
	base, err := httpapi.ServerURL(httpapi.Flags, c.ServerZone, c.ServerURL)
	if err != nil {
		return updater.Options{}, err
	}
	interval, err := pollingInterval(c.FlagConfigPollingInterval)
	if err != nil {
		return updater.Options{}, err
	}
	logger := httpapi.Logger(c.Logger, c.Debug)
	options := updater.Options{
		Source: datasource.Options{
			Base:          base,
			Authorization: key,
			HTTPClient:    c.HTTPClient,
			Timeout:       max(0, cmp.Or(c.FlagConfigRequestTimeout, 10*time.Second)),
			Logger:        logger,
		},
		Interval:     interval,
		CloseTimeout: max(0, cmp.Or(c.CloseTimeout, 5*time.Second)),
		Logger:       logger,
	}
	if options.Stream, err = c.stream(key); err != nil {
		return updater.Options{}, err
	}
	if c.CohortSync != nil {
		if options.Cohorts, err = c.CohortSync.resolve(c.ServerZone, c.HTTPClient); err != nil {
			return updater.Options{}, err
		}
		options.Cohorts.Logger = logger
	}
	if options.Bootstrap, err = c.bootstrap(); err != nil {
		return updater.Options{}, err
	}
	c.warnIfUnencrypted(options)
	return options, nil
}

// stream returns the options of the stream, nil if flags are only polled.
func (c Config) stream(key httpapi.Key) (*datasource.StreamOptions, error) {
	base, err := httpapi.ServerURL(httpapi.Stream, c.ServerZone, c.StreamServerURL)
	switch {
	case err != nil:
		return nil, err
	case c.StreamConnectTimeout < 0:
		return nil, fmt.Errorf("StreamConnectTimeout is %s: use a positive duration, or 0 for the default",
			c.StreamConnectTimeout)
	case !c.StreamUpdates && c.StreamServerURL != "":
		return nil, errors.New("StreamServerURL is set, but StreamUpdates is not: set both, or neither")
	case !c.StreamUpdates:
		return nil, nil
	}
	return &datasource.StreamOptions{
		Base:           base,
		Authorization:  key,
		HTTPClient:     c.HTTPClient,
		ConnectTimeout: cmp.Or(c.StreamConnectTimeout, 1500*time.Millisecond),
	}, nil
}

// bootstrap returns the flags of the Bootstrap, nil if there is none.
func (c Config) bootstrap() (*snapshot.Snapshot, error) {
	if len(c.Bootstrap) == 0 {
		return nil, nil
	}
	flags, err := snapshot.New(c.Bootstrap)
	if err == nil {
		err = flags.CheckUsable()
	}
	if err != nil {
		return nil, fmt.Errorf("the Bootstrap must be a JSON array of flags, or an object of flags by key: %w", err)
	}
	return flags.With(nil, cohort.Key{}, false, snapshot.Provenance{
		Source: updater.SourceBootstrap, LoadedAt: time.Now().Round(0),
	}), nil
}

// warnIfUnencrypted warns of each URL that sends keys unencrypted.
func (c Config) warnIfUnencrypted(options updater.Options) {
	httpapi.WarnIfUnencrypted(options.Logger, httpapi.Flags, options.Source.Base)
	if options.Stream != nil {
		httpapi.WarnIfUnencrypted(options.Logger, httpapi.Stream, options.Stream.Base)
	}
	if options.Cohorts != nil {
		httpapi.WarnIfUnencrypted(options.Logger, httpapi.Cohorts, options.Cohorts.Base)
	}
}

// lastGood returns the store of the last good state, nil if there is no
// CacheFile.
func lastGood(path, deploymentKey string) (*lastgood.Store, error) {
	if path == "" {
		return nil, nil
	}
	store, err := lastgood.New(path, func() string { return deploymentKey })
	if err != nil {
		return nil, fmt.Errorf("CacheFile: %w", err)
	}
	return store, nil
}

// pollingInterval returns the time between polls, 0 for never. It returns an
// error if the interval is so short that its unit is probably missing.
func pollingInterval(interval time.Duration) (time.Duration, error) {
	switch {
	case interval <= 0 || interval >= time.Second || interval == FastPolling:
		return max(0, cmp.Or(interval, 30*time.Second)), nil
	case interval < time.Millisecond:
		return 0, fmt.Errorf("FlagConfigPollingInterval is %s: did you mean %d * time.Second? "+
			"Below a second only local.FastPolling is allowed, for tests", interval, int64(interval))
	default:
		return 0, fmt.Errorf("FlagConfigPollingInterval is %s: did you mean seconds? "+
			"Below a second only local.FastPolling is allowed, for tests", interval)
	}
}
