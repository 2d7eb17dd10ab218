package main

import (
	"context"
	"errors"
	"time"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/datasource"
)

// measurement is the requests of the three fleets, each in the order of
// arrival.
type measurement struct {
	clients   int
	polling   []arrival     // since the start of clients that poll
	streaming []arrival     // since the start of clients that stream, with planned reconnects
	outage    []arrival     // since the beginning of an outage
	recovered time.Duration // the end of the outage
}

// measure runs the three fleets, one after the other.
func measure(ctx context.Context, plan schedule) (measurement, error) {
	m := measurement{clients: plan.clients}
	s, err := newService(benchdata.Flags(10))
	if err != nil {
		return m, err
	}
	defer s.close()
	err = with(ctx, s, plan, nil, func(ctx context.Context) (err error) {
		m.polling, err = s.await(ctx, plan.clients, 1+plan.polls, isPoll)
		return err
	})
	if err != nil {
		return m, err
	}
	err = with(ctx, s, plan, &plan.planned, func(ctx context.Context) (err error) {
		m.streaming, err = s.await(ctx, plan.clients, 2, isStream)
		return err
	})
	if err != nil {
		return m, err
	}
	err = with(ctx, s, plan, &plan.timing, func(ctx context.Context) (err error) {
		m.outage, m.recovered, err = outage(ctx, s, plan.clients)
		return err
	})
	return m, err
}

// with starts a fleet in a new phase of the service, watches it and closes it.
func with(ctx context.Context, s *service, plan schedule, timing *datasource.Timing,
	watch func(context.Context) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, plan.patience)
	defer cancel()
	clients, err := newFleet(s, plan, timing)
	if err != nil {
		return err
	}
	s.begin(false)
	if err = clients.start(ctx); err == nil {
		err = watch(ctx)
	}
	return errors.Join(err, clients.close())
}

// outage lets the service be down until every client has polled and has failed
// to open a stream, and then waits until all have one again. It returns all
// requests since the outage began, and when it ended.
func outage(ctx context.Context, s *service, clients int) ([]arrival, time.Duration, error) {
	s.begin(true)
	if _, err := s.await(ctx, clients, 1, isPoll); err != nil {
		return nil, 0, err
	}
	if _, err := s.await(ctx, clients, 1, isRefusedStream); err != nil {
		return nil, 0, err
	}
	recovered := s.recover()
	all, err := s.await(ctx, clients, 1, isAcceptedStream)
	return all, recovered, err
}

func isPoll(a arrival) bool           { return a.kind == poll }
func isStream(a arrival) bool         { return a.kind == stream }
func isRefusedStream(a arrival) bool  { return a.kind == stream && a.refused }
func isAcceptedStream(a arrival) bool { return a.kind == stream && !a.refused }
