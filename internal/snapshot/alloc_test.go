//go:build cgo && !race

package snapshot_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experiment"
)

// The race detector makes a sync.Pool drop values at random, so this test is
// not built with it.
func TestVariant_DoesNotAllocate(t *testing.T) {
	s := load(t)
	users := []*experiment.User{user("pro"), user("free")}
	for _, key := range []string{"pro", "always", "child", "nothing", "unknown"} {
		i := 0
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			if _, err := s.Variant(users[i%2], key); err != nil {
				t.Fatal(err)
			}
			i++
		}), key)
	}
}
