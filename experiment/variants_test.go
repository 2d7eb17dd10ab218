package experiment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experiment"
)

func TestVariants_AreALookup(t *testing.T) {
	var lookup experiment.Lookup = experiment.Variants{"flag": {Key: "on"}}
	variant, ok := lookup.Variant("flag")
	assert.True(t, ok)
	assert.Equal(t, experiment.Variant{Key: "on"}, variant)
	variant, ok = lookup.Variant("unknown")
	assert.False(t, ok)
	assert.Equal(t, experiment.Variant{}, variant)
	_, ok = experiment.Variants(nil).Variant("flag")
	assert.False(t, ok)
}
