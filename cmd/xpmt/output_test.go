package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experiment"
)

func TestCellText(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "on", "on"},
		{"nothing", "", "-"},
		{"other scripts", "größer 日本 🎉", "größer 日本 🎉"},
		{"a tab", "a\tb", `"a\tb"`},
		{"a new line", "a\nb", `"a\nb"`},
		{"what a terminal obeys", "\x1b[31mred", `"\x1b[31mred"`},
		{"right-to-left override", "a\u202eb", `"a\u202eb"`},
		{"60 characters", strings.Repeat("ä", 60), strings.Repeat("ä", 60)},
		{"61 characters", strings.Repeat("ä", 61), strings.Repeat("ä", 59) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, cellText(tt.text)) })
	}
}

func TestVariantText(t *testing.T) {
	assert.Equal(t, "on", variantText(experiment.Variant{Key: "on", Value: "on"}))
	assert.Equal(t, "on", variantText(experiment.Variant{Key: "on"}))
	assert.Equal(t, "on = blue", variantText(experiment.Variant{Key: "on", Value: "blue"}))
	assert.Equal(t, "= blue", variantText(experiment.Variant{Value: "blue"}))
	assert.Equal(t, "", variantText(experiment.Variant{}))
}
