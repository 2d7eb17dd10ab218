package variants_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/variants"
)

func TestHidden(t *testing.T) {
	for _, tt := range []struct {
		name     string
		metadata map[string]any
		want     bool
	}{
		{"no metadata", nil, false},
		{"neither", map[string]any{"segmentName": "All Other Users"}, false},
		{"default", map[string]any{"default": true}, true},
		{"not default", map[string]any{"default": false}, false},
		{"undeployed", map[string]any{"deployed": false}, true},
		{"deployed", map[string]any{"deployed": true}, false},
		{"default and deployed", map[string]any{"default": true, "deployed": true}, true},
		{"not default, undeployed", map[string]any{"default": false, "deployed": false}, true},
		{"default as text", map[string]any{"default": "true"}, false},
		{"deployed null", map[string]any{"deployed": nil}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, variants.Hidden(tt.metadata))
		})
	}
}
