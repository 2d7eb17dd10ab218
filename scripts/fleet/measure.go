package main

import (
	"context"
	"errors"
	"time"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// measurement is the requests of the four fleets, each in the order of arrival.
type measurement struct {
	clients   int
	polling   []arrival     // since the start of clients that poll
	starting  []arrival     // since the start of clients that poll, in an outage
	streaming []arrival     // since the start of clients that stream, with planned reconnects
	outage    []arrival     // since the beginning of an outage that breaks all streams
	recovered time.Duration // the end of this outage
}

// measure runs the four fleets, one after the other.
func measure(ctx context.Context, plan schedule) (measurement, error) {
	m := measurement{clients: plan.clients}
	for _, step := range []func(context.Context, *service, schedule) error{
		m.poll, m.startInAnOutage, m.reconnect, m.breakStreams,
	} {
		if err := withService(ctx, plan, step); err != nil {
			return m, err
		}
	}
	return m, nil
}

// withService takes a step with a service of its own, so that requests which an
// earlier fleet has left under way are not counted.
func withService(ctx context.Context, plan schedule, step func(context.Context, *service, schedule) error) error {
	ctx, cancel := context.WithTimeout(ctx, plan.patience)
	defer cancel()
	s, err := newService(benchdata.Flags(10))
	if err != nil {
		return err
	}
	defer s.close()
	return step(ctx, s, plan)
}

// poll measures clients that poll.
func (m *measurement) poll(ctx context.Context, s *service, plan schedule) error {
	clients, err := newFleet(s, plan, nil)
	if err != nil {
		return err
	}
	s.begin(false)
	if err = clients.start(ctx); err == nil {
		m.polling, err = s.await(ctx, plan.clients, 1+plan.polls, isPoll)
	}
	return errors.Join(err, clients.close())
}

// startInAnOutage measures clients that poll and start while the service is
// down.
func (m *measurement) startInAnOutage(ctx context.Context, s *service, plan schedule) error {
	clients, err := newFleet(s, plan, nil)
	if err != nil {
		return err
	}
	s.begin(true)
	clients.startInBackground()
	if _, err = s.await(ctx, plan.clients, plan.refusals, isPoll); err == nil {
		s.recover()
		m.starting, err = s.await(ctx, plan.clients, 1, isAcceptedPoll)
	}
	return errors.Join(err, clients.close())
}

// reconnect measures planned reconnects.
func (m *measurement) reconnect(ctx context.Context, s *service, plan schedule) error {
	clients, err := newFleet(s, plan, &plan.planned)
	if err != nil {
		return err
	}
	s.begin(false)
	if err = clients.start(ctx); err == nil {
		m.streaming, err = s.await(ctx, plan.clients, 2, isStream)
	}
	return errors.Join(err, clients.close())
}

// breakStreams measures an outage that breaks the streams of all clients.
func (m *measurement) breakStreams(ctx context.Context, s *service, plan schedule) error {
	clients, err := newFleet(s, plan, &plan.timing)
	if err != nil {
		return err
	}
	s.begin(false)
	if err = clients.start(ctx); err == nil {
		m.outage, m.recovered, err = outage(ctx, s, plan.clients)
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
func isAcceptedPoll(a arrival) bool   { return a.kind == poll && !a.refused }
func isStream(a arrival) bool         { return a.kind == stream }
func isRefusedStream(a arrival) bool  { return a.kind == stream && a.refused }
func isAcceptedStream(a arrival) bool { return a.kind == stream && !a.refused }
