package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// schedule is the size of a fleet, and how its clients wait.
type schedule struct {
	clients  int
	polls    int           // how many polls of each client are awaited
	refusals int           // how many requests of each client are refused if it starts in an outage
	interval time.Duration // between polls
	connect  time.Duration // the longest wait for a stream
	timing   datasource.Timing
	planned  datasource.Timing // while planned reconnects are measured
	patience time.Duration     // the longest wait for each fleet
}

// realSchedule returns the schedule that clients have by default, except that
// planned reconnects are measured after 10 s.
func realSchedule(clients int) schedule {
	planned := datasource.DefaultTiming()
	planned.Reconnect = 10 * time.Second
	return schedule{
		clients:  clients,
		polls:    4,
		refusals: 12,
		interval: 30 * time.Second,
		connect:  1500 * time.Millisecond,
		timing:   datasource.DefaultTiming(),
		planned:  planned,
		patience: 5 * time.Minute,
	}
}

// fleet is clients of one service: what a local client is made of, with waits
// that a schedule sets.
type fleet []*updater.Updater

// newFleet returns clients that are not started. Each has connections of its
// own. Without a timing they only poll.
func newFleet(s *service, plan schedule, timing *datasource.Timing) (fleet, error) {
	key, err := httpapi.Authorization(s.fake.DeploymentKey)
	if err != nil {
		return nil, err
	}
	logger := slog.New(slog.DiscardHandler)
	clients := make(fleet, plan.clients)
	for i := range clients {
		base, err := url.Parse(s.url + "/" + strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		options := updater.Options{
			Source:   datasource.Options{Base: base, Authorization: key, Timeout: 10 * time.Second},
			Interval: plan.interval,
			Logger:   logger,
		}
		if timing != nil {
			options.Timing = *timing
			options.Stream = &datasource.StreamOptions{
				Base: base, Authorization: key, ConnectTimeout: plan.connect,
			}
		}
		clients[i] = updater.New(options)
	}
	return clients, nil
}

// start starts all clients at the same instant.
func (f fleet) start(ctx context.Context) error {
	err := f.each(func(client *updater.Updater) error { return client.Start(ctx) })
	if err != nil {
		return fmt.Errorf("starting the clients; does ulimit -n allow 5 files a client?: %w", err)
	}
	return nil
}

// startInBackground lets all clients start, and keep trying.
func (f fleet) startInBackground() {
	for _, client := range f {
		client.StartInBackground()
	}
}

func (f fleet) close() error { return f.each((*updater.Updater).Close) }

// each calls do for all clients at the same instant, and returns their errors.
func (f fleet) each(do func(*updater.Updater) error) error {
	gate := make(chan struct{})
	errs := make([]error, len(f))
	var running sync.WaitGroup
	for i, client := range f {
		running.Add(1)
		go func() {
			defer running.Done()
			<-gate
			errs[i] = do(client)
		}()
	}
	close(gate)
	running.Wait()
	return errors.Join(errs...)
}
