package experimenttest

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// Chaos makes requests to the endpoints fail at random, until ClearFaults or
// another call. Each request draws a fault with the given probability, from 0
// to 1; queued faults come first. Without endpoints, requests to all of them
// fail. Open streams draw too: at once, and before each document and each
// keepalive.
//
// What a request draws depends only on the seed and on its number among all
// requests to its endpoint since the Server started. For an open stream it also
// depends on the number of times that there was something to send or Chaos was
// called. The same requests in the same order thus fail in the same way.
//
// No fault looks like a valid response that the Server did not mean: a 404 of a
// cohort or a 304 of flags is never drawn.
func (s *Server) Chaos(seed uint64, rate float64, only ...Endpoint) error {
	if !(rate >= 0 && rate <= 1) { // also if it is not a number
		return fmt.Errorf("starting chaos: the rate %v is not from 0 to 1", rate)
	}
	for _, endpoint := range only {
		if !slices.Contains(endpoints, endpoint) {
			return fmt.Errorf("starting chaos: unknown endpoint %q", endpoint)
		}
	}
	if len(only) == 0 {
		only = endpoints
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chaos = &chaos{seed, rate, slices.Clone(only)}
	s.wakeStreams()
	return nil
}

// chaos draws faults. A nil chaos draws none.
type chaos struct {
	seed      uint64
	rate      float64
	endpoints []Endpoint
}

// draw returns a source of randomness for a turn of a request, and reports
// whether the request draws a fault.
func (c *chaos) draw(endpoint Endpoint, number, turn int) (*rand.Rand, bool) {
	if c == nil || !slices.Contains(c.endpoints, endpoint) {
		return nil, false
	}
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s %d %d", endpoint, number, turn)
	r := rand.New(rand.NewPCG(c.seed, hash.Sum64()))
	return r, r.Float64() < c.rate
}

// drawFault returns the fault of a request, or the zero Fault.
func (c *chaos) drawFault(endpoint Endpoint, number int) Fault {
	r, ok := c.draw(endpoint, number, 0)
	if !ok {
		return Fault{}
	}
	kinds := requestFaults
	if endpoint == EndpointStream {
		kinds = slices.Concat(requestFaults, streamFaults)
	}
	fault := kinds[r.IntN(len(kinds))](r)
	fault.drawn = true
	return fault
}

// drawStrike returns what happens to an open stream, and whether anything does.
// n is about how long the next document is.
func (s *Server) drawStrike(number, turn, n int) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.chaos.draw(EndpointStream, number, turn)
	if !ok {
		return Fault{}, false
	}
	return Fault{
		CutAfter: r.IntN(2) * r.IntN(n+16), // half of them at once
		Ending:   pick(r, EndByClosing, EndByReset, EndByStalling, EndByBlackHole, EndCleanly),
		cleared:  s.cleared,
		drawn:    true,
	}, true
}

// requestFaults draw the faults of any request.
var requestFaults = []func(*rand.Rand) Fault{
	func(r *rand.Rand) Fault { return Fault{Status: pick(r, 202, 400, 403, 408, 500, 501, 502, 503, 504)} },
	func(r *rand.Rand) Fault { return TooManyRequests(time.Duration(r.IntN(3))*time.Second, 1) },
	func(r *rand.Rand) Fault { return Fault{Delay: time.Duration(1+r.IntN(2000)) * time.Millisecond} },
	func(r *rand.Rand) Fault { return Fault{Drop: true} },
	func(*rand.Rand) Fault { return Reset() },
	func(*rand.Rand) Fault { return Hang() },
	func(*rand.Rand) Fault { return BlackHole() },
	func(r *rand.Rand) Fault {
		return Fault{
			CutAfter: size(r),
			Ending:   pick(r, EndByClosing, EndByReset, EndByStalling, EndByBlackHole, EndCleanly),
		}
	},
	func(r *rand.Rand) Fault { return Drip(size(r), time.Duration(1+r.IntN(100))*time.Millisecond) },
	func(*rand.Rand) Fault { return Garbage() },
	func(r *rand.Rand) Fault { return WrongLength(pick(r, 1, -1) * size(r)) },
	func(r *rand.Rand) Fault { return Endless() },
}

// streamFaults draw faults that only streams have.
var streamFaults = []func(*rand.Rand) Fault{
	func(*rand.Rand) Fault { return GarbageEvent() },
	func(r *rand.Rand) Fault { return CutStream(r.IntN(4)) },
	func(r *rand.Rand) Fault { return EndStream(r.IntN(4)) },
	func(r *rand.Rand) Fault { return SilenceStream(r.IntN(4)) },
	func(*rand.Rand) Fault { // a line that never ends
		return Fault{Header: http.Header{"Content-Type": {eventStream}}, Body: []byte("data: "), Endless: true}
	},
}

// pick returns one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// size returns a number of bytes, small ones as often as large ones.
func size(r *rand.Rand) int { return 1 + r.IntN(1<<r.IntN(13)) }
