//go:build cgo

package local_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// faultKind is a kind of fault that the schedule draws.
type faultKind struct {
	name string
	only experimenttest.Endpoint // "" if it may happen to all endpoints
	draw func(r *rand.Rand) experimenttest.Fault
}

// faultKinds are all kinds.
var faultKinds = []faultKind{
	{"status 4xx or 5xx", "", func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.Fault{Status: oneOf(r, 400, 401, 403, 408, 413, 500, 501, 502, 503, 504)}
	}},
	{"status 202", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.Fault{Status: 202} }},
	{"status 404", experimenttest.EndpointStream, func(*rand.Rand) experimenttest.Fault {
		return experimenttest.Fault{Status: 404}
	}},
	{"status 404", experimenttest.EndpointCohort, func(*rand.Rand) experimenttest.Fault {
		return experimenttest.Fault{Status: 404}
	}},
	{"status 429", "", func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.TooManyRequests(time.Duration(r.IntN(3))*time.Second, 1)
	}},
	{"delay", "", func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.Fault{Delay: time.Duration(r.IntN(800)) * time.Millisecond}
	}},
	{"closed connection", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.Fault{Drop: true} }},
	{"reset", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.Reset() }},
	{"hang", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.Hang() }},
	{"black hole", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.BlackHole() }},
	{"cut by closing", "", cutFault(experimenttest.EndByClosing)},
	{"cut by a reset", "", cutFault(experimenttest.EndByReset)},
	{"cut by a stall", "", cutFault(experimenttest.EndByStalling)},
	{"cut by a black hole", "", cutFault(experimenttest.EndByBlackHole)},
	{"cut cleanly", "", cutFault(experimenttest.EndCleanly)},
	{"drip", "", func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.Drip(1+r.IntN(2000), time.Duration(1+r.IntN(50))*time.Millisecond)
	}},
	{"garbage", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.Garbage() }},
	{"length too large", "", func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.WrongLength(1 + r.IntN(1000))
	}},
	{"length too small", "", func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.WrongLength(-1 - r.IntN(1000))
	}},
	{"endless body", "", func(*rand.Rand) experimenttest.Fault { return experimenttest.Endless() }},
	{"garbage event", experimenttest.EndpointStream, func(*rand.Rand) experimenttest.Fault {
		return experimenttest.GarbageEvent()
	}},
	{"cut stream", experimenttest.EndpointStream, func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.CutStream(r.IntN(4))
	}},
	{"ended stream", experimenttest.EndpointStream, func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.EndStream(r.IntN(4))
	}},
	{"silent stream", experimenttest.EndpointStream, func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.SilenceStream(r.IntN(4))
	}},
	{"endless line", experimenttest.EndpointStream, func(*rand.Rand) experimenttest.Fault {
		header := http.Header{"Content-Type": {"text/event-stream"}}
		return experimenttest.Fault{Header: header, Body: []byte("data: "), Endless: true}
	}},
}

// cutFault draws the place where a body ends early.
func cutFault(ending experimenttest.Ending) func(*rand.Rand) experimenttest.Fault {
	return func(r *rand.Rand) experimenttest.Fault {
		return experimenttest.Fault{CutAfter: 1 + r.IntN(1<<r.IntN(13)), Ending: ending}
	}
}

// oneOf returns one of the choices.
func oneOf[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// faultSchedule queues faults and counts those that have happened. One
// goroutine uses it.
type faultSchedule struct {
	server *experimenttest.Server
	queued []queuedFault
	struck map[string]int // by name
}

// queuedFault is a fault whose channel is empty once it has happened to a
// request: the Wait of the fault has taken the token.
type queuedFault struct {
	name  string
	token chan struct{}
}

// queueOne queues one kind of fault for one endpoint, for up to three requests.
func (s *faultSchedule) queueOne(r *rand.Rand) error {
	kind := oneOf(r, faultKinds...)
	endpoint := kind.only
	if endpoint == "" {
		endpoint = oneOf(r, clientEndpoints...)
	}
	for range 1 + r.IntN(3) {
		fault := kind.draw(r)
		token := make(chan struct{}, 1)
		token <- struct{}{}
		fault.Wait = token
		if err := s.server.Fail(endpoint, fault); err != nil {
			return err
		}
		s.queued = append(s.queued, queuedFault{kind.name, token})
	}
	return nil
}

// clientEndpoints are the endpoints that a local client uses.
var clientEndpoints = []experimenttest.Endpoint{
	experimenttest.EndpointFlags, experimenttest.EndpointStream, experimenttest.EndpointCohort,
}

// drawAtRandom lets the server itself draw faults, for all endpoints or one.
func (s *faultSchedule) drawAtRandom(r *rand.Rand) error {
	rate := oneOf(r, 0.1, 0.3, 0.6, 1)
	if r.IntN(2) == 0 {
		return s.server.Chaos(r.Uint64(), rate)
	}
	return s.server.Chaos(r.Uint64(), rate, oneOf(r, clientEndpoints...))
}

// clear ends all faults.
func (s *faultSchedule) clear() {
	s.server.ClearFaults()
	for _, fault := range s.queued {
		if len(fault.token) == 0 {
			s.struck[fault.name]++
		}
	}
	s.queued = s.queued[:0]
}

// String lists the faults that have happened, by kind.
func (s *faultSchedule) String() string {
	sum := 0
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.struck)) {
		sum += s.struck[name]
		list = append(list, fmt.Sprintf("%s %d", name, s.struck[name]))
	}
	return fmt.Sprintf("%d: %s", sum, strings.Join(list, ", "))
}
