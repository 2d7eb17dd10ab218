package local

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWaitsAreSpread(t *testing.T) {
	least, most := time.Duration(math.MaxInt64), time.Duration(0)
	for range 10_000 {
		wait := around(time.Hour, 0.1)
		least, most = min(least, wait), max(most, wait)
	}
	assert.GreaterOrEqual(t, least, 54*time.Minute)
	assert.LessOrEqual(t, most, 66*time.Minute)
	// Of 10,000 draws some are near both ends.
	assert.Less(t, least, 55*time.Minute)
	assert.Greater(t, most, 65*time.Minute)
}

func TestAWaitOfTheLargestDurationDoesNotOverflow(t *testing.T) {
	for range 1000 {
		assert.Positive(t, around(math.MaxInt64, 0.5))
	}
}
