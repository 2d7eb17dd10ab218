package httpapi_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDo_KeepsTheConnectionsOfABusyServer(t *testing.T) {
	const concurrent, rounds = 64, 50
	var connections, arrived atomic.Int32
	var round [rounds]chan struct{}
	for i := range round {
		round[i] = make(chan struct{})
	}
	// The requests of a round are handled together, so that each needs a
	// connection of its own.
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := arrived.Add(1)
		current := round[(n-1)/concurrent]
		if n%concurrent == 0 {
			close(current)
		}
		<-current
		respond(200, "ok")(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := httpapi.New(httpapi.Options{})
	defer c.CloseIdleConnections()
	for range rounds {
		var all sync.WaitGroup
		for range concurrent {
			all.Add(1)
			go func() {
				defer all.Done()
				_, err := c.Do(t.Context(), get(s.URL))
				assert.NoError(t, err)
			}()
		}
		all.Wait()
	}
	assert.Equal(t, int32(concurrent), connections.Load())
}
