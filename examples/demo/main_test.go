//go:build cgo

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const wantOutput = `
▸ Starting a fake of the service on this machine, with the flags of a real deployment.

▸ Initializing two clients: one asks the service for variants, one loads the flags and evaluates them here.

▸ What Fetch got over the network, beside what Evaluate found in this process:

  user test_user
    flag                           Fetch        Evaluate     same   payload
    sdk-local-evaluation-ci-test   on           on           ✓      "payload"
    sdk-payload-ci-test            jsonobject   jsonobject   ✓      {"key1":"val1","key2":"val2"}

  user user_id on device device_id
    flag                             Fetch        Evaluate     same   payload
    sdk-ci-local-dependencies-test   control      control      ✓      -
    sdk-ci-test-local                on           on           ✓      -
    sdk-local-evaluation-ci-test     on           on           ✓      "payload"
    sdk-payload-ci-test              jsonobject   jsonobject   ✓      {"key1":"val1","key2":"val2"}
    split-url-test                   treatment    treatment    ✓      -

  nobody in particular, on device d
    flag                             Fetch       Evaluate    same   payload
    sdk-ci-local-dependencies-test   control     control     ✓      -
    sdk-ci-test-local                on          on          ✓      -
    sdk-local-evaluation-ci-test     on          on          ✓      "payload"
    sdk-payload-ci-test              jsonarray   jsonarray   ✓      [{"key1":"obj1"},{"key2":"obj2"}]
    split-url-test                   control     control     ✓      -

  user ada, in the cohort 930zyfa
    flag                           Fetch        Evaluate     same   payload
    sdk-cohort-ci-test             on           on           ✓      -
    sdk-local-evaluation-ci-test   on           on           ✓      "payload"
    sdk-payload-ci-test            jsonobject   jsonobject   ✓      {"key1":"val1","key2":"val2"}

  user bob, whose company is in the cohort k1lklnnb
    flag                                        Fetch        Evaluate     same   payload
    sdk-local-evaluation-ci-test                on           on           ✓      "payload"
    sdk-local-evaluation-group-cohort-ci-test   on           on           ✓      -
    sdk-payload-ci-test                         jsonobject   jsonobject   ✓      {"key1":"val1","key2":"val2"}

▸ On the server, someone turns on the flag evaluation-proxy-test. Before:

  user eve
    no variants

▸ The client's poll has picked up the change. After:

  user eve
    flag                    Fetch   Evaluate   same   payload
    evaluation-proxy-test   on      on         ✓      -

▸ Done: Fetch and Evaluate gave the same 19 variants.
`

func TestDemoShowsWhatItSays(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, "../flags.json"))
	assert.Equal(t, wantOutput, out.String())
}

func TestDemoFailsWithoutItsFlags(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), &out, "missing.json")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "reading the flags (run this in the project's folder, or use -flags): ")
	assert.Empty(t, out.String())

	other := filepath.Join(t.TempDir(), "flags.json")
	require.NoError(t, os.WriteFile(other, []byte(`[]`), 0o600))
	require.EqualError(t, run(t.Context(), &out, other), `there is no flag "evaluation-proxy-test" to turn on`)
}

func TestDemoEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ctx, new(bytes.Buffer), "../flags.json"), context.Canceled)
}
