//go:build cgo

package experimenttest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// sdkFlags has a flag that is on for the user of sdkRequests. It reads every
// member that SDKs send in different forms.
const sdkFlags = `[
 {"key":"checkout","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
   {"selector":["context","user","user_id"],"op":"is","values":["7"]},
   {"selector":["context","user","cohort_ids"],"op":"set contains","values":["c1","c2"]},
   {"selector":["context","groups","org","group_name"],"op":"is","values":["acme"]},
   {"selector":["context","groups","org","cohort_ids"],"op":"set contains","values":["g1"]}
 ]]}]}
]`

func TestVardata_EvaluatesWhatSDKsSend(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(sdkFlags)})
	for _, request := range sdkRequests {
		t.Run(request.name, func(t *testing.T) {
			got := request.send(t, server)
			assert.Equal(t, `{"checkout":{"key":"on"}}`, got.body)
			assert.Equal(t, 200, got.status)
		})
	}
}
