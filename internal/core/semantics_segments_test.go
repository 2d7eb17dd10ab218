//go:build cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	met    = `{"selector":["context","user","user_id"],"op":"is","values":["u"]}`
	notMet = `{"selector":["context","user","user_id"],"op":"is not","values":["u"]}`
)

func TestSemantics_SegmentConditions(t *testing.T) {
	for _, tt := range []struct {
		name, conditions string
		want             bool
	}{
		{"absent", ``, true},
		{"null", `"conditions":null`, true},
		{"an empty list", `"conditions":[]`, false},
		{"an empty group", `"conditions":[[]]`, true},
		{"one", `"conditions":[[` + met + `]]`, true},
		{"one not met", `"conditions":[[` + notMet + `]]`, false},
		{"all of a group", `"conditions":[[` + met + `,` + met + `]]`, true},
		{"the first of a group not met", `"conditions":[[` + notMet + `,` + met + `]]`, false},
		{"the last of a group not met", `"conditions":[[` + met + `,` + notMet + `]]`, false},
		{"any group, the last", `"conditions":[[` + notMet + `],[` + met + `]]`, true},
		{"any group, the first", `"conditions":[[` + met + `],[` + notMet + `]]`, true},
		{"no group met", `"conditions":[[` + notMet + `],[` + met + `,` + notMet + `]]`, false},
		{"an empty group among others", `"conditions":[[` + notMet + `],[]]`, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conditions := tt.conditions
			if conditions != "" {
				conditions += ","
			}
			plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"},"next":{"key":"next"}},
				"segments":[{`+conditions+`"variant":"on"},{"variant":"next"}]}]`)
			require.Empty(t, plan.Diagnostics())
			want := `{"key":"next"}`
			if tt.want {
				want = `{"key":"on"}`
			}
			assert.Equal(t, map[string]string{"f": want}, evaluate(t, plan, `{"user":{"user_id":"u"}}`))
		})
	}
	t.Run("no segment", func(t *testing.T) {
		plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"conditions":[],"variant":"on"}]}]`)
		assert.Empty(t, evaluate(t, plan, `{}`))
	})
}

func TestSemantics_SegmentVariantNullOrUnknown(t *testing.T) {
	bucket := func(variant string) string {
		return `"bucket":{"selector":` + userIDSelector + `,"salt":"s","allocations":[{"range":[0,100],
			"distributions":[{"variant":"` + variant + `","range":` + everyone + `}]}]}`
	}
	for _, tt := range []struct{ name, segment, want string }{
		{"known", `{"variant":"on"}`, "first"},
		{"absent", `{}`, "next"},
		{"null", `{"variant":null}`, "next"},
		{"unknown", `{"variant":"off"}`, "next"},
		{"a variant's key is not its name", `{"variant":"first"}`, "next"},
		{"case counts", `{"variant":"ON"}`, "next"},
		{"empty", `{"variant":""}`, "unnamed"},
		{"a name that JavaScript objects inherit", `{"variant":"constructor"}`, "next"},
		{"another spelling of the name", `{"variant":"\u006fn"}`, "first"},
		{"of the bucket only", `{` + bucket("on") + `}`, "first"},
		{"unknown in the bucket", `{` + bucket("off") + `,"variant":"on"}`, "next"},
		{"empty in the bucket", `{` + bucket("") + `}`, "unnamed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, `[{"key":"f",
				"variants":{"on":{"key":"first"},"":{"key":"unnamed"},"next":{"key":"next"}},
				"segments":[`+tt.segment+`,{"variant":"next"}]}]`)
			require.Empty(t, plan.Diagnostics())
			want := map[string]string{"f": `{"key":"` + tt.want + `"}`}
			assert.Equal(t, want, evaluate(t, plan, `{"user":{"user_id":"u"}}`))
		})
	}
	t.Run("every segment", func(t *testing.T) {
		plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":null},{"variant":""}]}]`)
		assert.Empty(t, evaluate(t, plan, `{}`))
	})
}
