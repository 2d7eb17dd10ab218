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

// wantOutput is the whole output of the demo.
const wantOutput = `
▸ Starting a fake service on this machine, with the flags of a real deployment.

▸ Initializing two clients: one fetches variants, one loads the flags and evaluates them here.

▸ Comparing what Fetch gets over the network with what Evaluate computes in this process:

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

  anonymous user on device d
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

▸ Turning on the flag evaluation-proxy-test in the service. Before:

  user eve
    no variants

▸ The local client has picked up the change. After:

  user eve
    flag                    Fetch   Evaluate   same   payload
    evaluation-proxy-test   on      on         ✓      -

▸ Done: Fetch and Evaluate returned the same 19 variants.
`

func TestRun_ShowsTheSameVariants(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, "../flags.json"))
	assert.Equal(t, wantOutput, out.String())
}

func TestRun_FailsWithoutItsFlags(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), &out, "missing.json")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.EqualError(t, err, "reading the flags: open missing.json: no such file or directory; "+
		"run the demo in the project's folder or use -flags")
	assert.Empty(t, out.String())

	other := filepath.Join(t.TempDir(), "flags.json")
	require.NoError(t, os.WriteFile(other, []byte(`[]`), 0o600))
	require.EqualError(t, run(t.Context(), &out, other),
		`turning on flag "evaluation-proxy-test": it is missing or has no segments`)
}

func TestRun_EndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ctx, new(bytes.Buffer), "../flags.json"), context.Canceled)
}
