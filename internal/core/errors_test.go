//go:build cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestDiagnostic_String(t *testing.T) {
	assert.Equal(t, `flag "a\n" (entry 3, byte 120): a flag has no key`,
		core.Diagnostic{Flag: "a\n", Entry: 3, Code: "malformed", Message: "a flag has no key", Offset: 120}.String())
	assert.Equal(t, `flag "a": a regular expression never matches`,
		core.Diagnostic{
			Flag: "a", Entry: -1, Code: "regex", Message: "a regular expression never matches", Offset: -1,
		}.String())
}

func TestCycleError_NamesTheCycle(t *testing.T) {
	assert.EqualError(t, &core.CycleError{Flag: "c", Cycle: []string{"a", "b"}},
		`flag "c" is on, or depends on, the dependency cycle "a" → "b" → "a": remove one of these dependencies`)
	assert.EqualError(t, &core.CycleError{Flag: "a", Cycle: []string{"a"}},
		`flag "a" is on, or depends on, the dependency cycle "a" → "a": remove one of these dependencies`)
	long := &core.CycleError{Flag: "1", Cycle: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}}
	assert.EqualError(t, long, `flag "1" is on, or depends on, the dependency cycle `+
		`"1" → "2" → "3" → "4" → "5" → "6" → "7" → "8" → "1" (and 2 more): remove one of these dependencies`)
	assert.Len(t, long.Cycle, 10, "the error's own list is unchanged")
	assert.Equal(t, "9", long.Cycle[8])
}
