package updater

import (
	"maps"
	"sync"
	"time"
)

// Sources of a state. Package datasource has the others.
const (
	SourceFile      = "file"
	SourceBootstrap = "bootstrap"
)

// health is what a client can be asked about the loading of its state. Any
// number of goroutines may use it.
type health struct {
	mu          sync.Mutex
	confirmedAt time.Time
	lastErr     error
	lastErrAt   time.Time
	cohorts     map[string]error
}

// Health says when the service last confirmed the state in use, and what
// failed.
type Health struct {
	ConfirmedAt  time.Time // zero if the service never has
	LastError    error     // nil if nothing has failed yet
	LastErrorAt  time.Time
	CohortErrors map[string]error // by ID, of cohorts whose last download failed
}

// now returns the current time of the wall clock, which goes on while a process
// is frozen. The monotonic clock may stand still.
func now() time.Time { return time.Now().Round(0) }

func (h *health) confirmed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.confirmedAt = now()
}

func (h *health) failed(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastErr, h.lastErrAt = err, now()
}

// setCohorts keeps the errors of cohorts. The caller must not change the map
// afterwards.
func (h *health) setCohorts(errors map[string]error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cohorts = errors
}

// Health returns the health of the loading.
func (u *Updater) Health() Health {
	h := &u.health
	h.mu.Lock()
	defer h.mu.Unlock()
	return Health{h.confirmedAt, h.lastErr, h.lastErrAt, maps.Clone(h.cohorts)}
}
