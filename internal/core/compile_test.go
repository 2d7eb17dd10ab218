//go:build cgo

package core_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// The core's messages (lib/core/xc_compile.c) for errors in JSON.
const (
	syntaxMessage    = "invalid JSON"
	truncatedMessage = "the JSON ends too early"
	utf8Message      = "a string is not valid UTF-8"
	trailingMessage  = "something follows the end of the JSON"
	typeMessage      = "unexpected type of JSON value"
	depthMessage     = "arrays and objects are nested too deeply: more than 1000 in a user, or 8000 in flags"
	numberMessage    = "no flag, slot or outcome has this number"
)

func TestAvailable_WithCgo(t *testing.T) {
	ok, reason := core.Available()
	assert.True(t, ok)
	assert.Empty(t, reason)
}

func TestCompile_NoFlags(t *testing.T) {
	for _, document := range []string{`[]`, `{}`, " [ ]\r\n\t"} {
		plan := compile(t, document)
		assert.Zero(t, plan.NumFlags())
		assert.Zero(t, plan.NumOutcomes())
		assert.Empty(t, plan.Paths())
		assert.Empty(t, plan.Cohorts())
		assert.Empty(t, plan.Diagnostics())
		assert.Nil(t, plan.Cycle(""))
		assert.Positive(t, plan.Size())
		assert.Empty(t, evaluate(t, plan, `{"user":{"user_id":"u"}}`))
	}
}

func TestCompile_TakesFlagsByKey(t *testing.T) {
	plan := compile(t, `{"a":{"key":"a",`+always+`},"any name":{"key":"b",`+always+`},
		"a":{"key":"c",`+always+`},"bad":7}`)
	want := map[string]string{"a": `{"key":"on"}`, "b": `{"key":"on"}`, "c": `{"key":"on"}`}
	assert.Equal(t, want, evaluate(t, plan, `{}`))
	assert.Len(t, plan.Diagnostics(), 1)
	assert.Equal(t, 3, plan.Diagnostics()[0].Entry)
}

func TestCompile_DoesNotKeepTheDocument(t *testing.T) {
	document := []byte(`[{"key":"a","metadata":{"x":1},` + always + `}]`)
	plan, err := core.Compile(document)
	require.NoError(t, err)
	for i := range document {
		document[i] = 'x'
	}
	assert.Equal(t, "a", plan.FlagKey(0))
	assert.Equal(t, map[string]string{"a": `{"key":"on","metadata":{"x":1}}`}, evaluate(t, plan, `{}`))
}

func TestCompile_ReportsErrorAndOffset(t *testing.T) {
	for _, tt := range []struct{ name, document, message string }{
		{"nothing", `§`, truncatedMessage},
		{"white space", ` §`, truncatedMessage},
		{"a number", `§5`, typeMessage},
		{"null", `§null`, typeMessage},
		{"a string", `§"flags"`, typeMessage},
		{"HTML", `§<html>`, syntaxMessage},
		{"no end", `[§`, truncatedMessage},
		{"no end of a flag", `[{"key":"a"§`, truncatedMessage},
		{"no end of a string", `[{"key":"a§`, truncatedMessage},
		{"no colon", `[{"key" §"a"}]`, syntaxMessage},
		{"a comma too many", `[{"key":"a"},§]`, syntaxMessage},
		{"no comma", `[{} §{}]`, syntaxMessage},
		{"a mistake in an unknown member", `[{"x":[1,n§an]}]`, syntaxMessage},
		{"a mistake after a malformed part", `[{"segments":7,"x":tru§}]`, syntaxMessage},
		{"a leading zero", `[{"x":0§1}]`, syntaxMessage},
		{"a control character", "[{\"x\":\"a§\n\"}]", syntaxMessage},
		{"an escape that JSON does not have", `[{"x":"§\x"}]`, syntaxMessage},
		{"invalid UTF-8", "[{\"x\":\"§\xff\"}]", utf8Message},
		{"an overlong form", "[{\"key\":\"§\xc0\x80\"}]", utf8Message},
		{"a surrogate in UTF-8", "[{\"key\":\"§\xed\xa0\x80\"}]", utf8Message},
		{"another document", `[] §[]`, trailingMessage},
		{"a NUL after the document", "[]§\x00", trailingMessage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			document, offset := cutMarker(t, tt.document)
			plan, err := core.Compile([]byte(document))
			assert.Nil(t, plan)
			assert.Equal(t, &core.CompileError{Message: tt.message, Offset: offset}, err)
			assert.EqualError(t, err, fmt.Sprintf("compiling flags: %s at byte %d", tt.message, offset))
		})
	}
	_, err := core.Compile(nil)
	assert.Equal(t, &core.CompileError{Message: truncatedMessage}, err)

	_, err = core.Compile([]byte(`[{"x":` + strings.Repeat("[", 8_000)))
	var tooDeep *core.CompileError
	require.ErrorAs(t, err, &tooDeep)
	assert.Equal(t, depthMessage, tooDeep.Message)
}
