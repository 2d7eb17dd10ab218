//go:build cgo

package local_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain also runs the processes that tests start and kill.
func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		runUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}
