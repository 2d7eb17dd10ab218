package experimenttest_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
)

// sdkRequest is a request for variants. Most are as Amplitude's SDKs sent them
// over the wire, except that all of them are about one user.
type sdkRequest struct {
	name         string
	method, path string
	header       http.Header
	user         string
	inHeader     *base64.Encoding // nil if the user is the body
}

var sdkRequests = []sdkRequest{
	{"Go 1.12", "GET", "/sdk/v2/vardata",
		http.Header{
			"Authorization":            {"Api-Key server-fake-deployment-key"},
			"Content-Type":             {"application/json; charset=UTF-8"},
			"X-Amp-Exp-Track":          {"no-track"},
			"X-Amp-Exp-Exposure-Track": {"no-track"},
		},
		`{"user_id":"7","device_id":"d","library":"experiment-go-server/1.12.0",` +
			`"user_properties":{"n":1.5,"plan":"pro"},"group_properties":{"org":{"acme":{"tier":"x"}}},` +
			`"groups":{"org":["acme"]},"cohort_ids":{"c1":{},"c2":{}},"group_cohort_ids":{"org":{"acme":{"g1":{}}}}}`,
		base64.StdEncoding},
	{"Node 1.13.6, with a number as ID and a group as a string", "GET", "/sdk/v2/vardata?v=0",
		http.Header{
			"Authorization":       {"Api-Key server-fake-deployment-key"},
			"X-Amp-Exp-Flag-Keys": {"WyJjaGVja291dCIsIm5vbmUiXQ"}, // ["checkout","none"]
		},
		`{"library":"experiment-node-server/1.13.6","user_id":7,"device_id":"d","groups":{"org":"acme"},` +
			`"cohort_ids":["c1","c2"],"group_cohort_ids":{"org":{"acme":["g1"]}},` +
			`"user_properties":{"plan":"pro","n":1.5},"group_properties":{"org":{"acme":{"tier":"x"}}}}`,
		base64.RawURLEncoding},
	{"JavaScript in a browser, read-only", "GET", "/sdk/v2/vardata?v=0&eval_mode=remote&delivery_method=feature",
		http.Header{
			"Authorization":   {"Api-Key server-fake-deployment-key"},
			"X-Amp-Exp-Track": {"read-only"},
			"Origin":          {"https://shop.example"},
		},
		`{"user_id":"7","device_id":"d","groups":{"org":["acme"]},"cohort_ids":["c1","c2"],` +
			`"group_cohort_ids":{"org":{"acme":["g1"]}},"user_properties":{"plan":"pro","n":1.5},` +
			`"group_properties":{"org":{"acme":{"tier":"x"}}}}`,
		base64.RawURLEncoding},
	{"Python 1.13.0", "POST", "/sdk/v2/vardata?v=0",
		http.Header{
			"Authorization": {"Api-Key server-fake-deployment-key"},
			"Content-Type":  {"application/json;charset=utf-8"},
		},
		`{"device_id": "d", "user_id": 7, "country": null, "city": null, "region": null, "dma": null, ` +
			`"language": null, "platform": null, "version": null, "os": null, "device_manufacturer": null, ` +
			`"device_brand": null, "device_model": null, "carrier": null, ` +
			`"library": "experiment-python-server/1.13.0", "ip_address": null, ` +
			`"user_properties": {"plan": "pro", "n": 1.5}, "groups": {"org": ["acme"]}, ` +
			`"group_properties": {"org": {"acme": {"tier": "x"}}}, "group_cohort_ids": {"org": {"acme": ["g1"]}}, ` +
			`"cohort_ids": ["c1", "c2"]}`,
		nil},
	{"a scheme in lower case", "POST", "/sdk/v2/vardata",
		http.Header{"Authorization": {"api-key server-fake-deployment-key"}},
		`{"user_id":"7","cohort_ids":["c1","c2"],"groups":{"org":["acme"]},"group_cohort_ids":{"org":{"acme":["g1"]}}}`,
		nil},
}

// send sends the request to a Server.
func (r sdkRequest) send(t *testing.T, server *experimenttest.Server) response {
	t.Helper()
	if r.inHeader == nil {
		return send(t, server, r.method, r.path, r.header, r.user)
	}
	header := r.header.Clone()
	header.Set("X-Amp-Exp-User", r.inHeader.EncodeToString([]byte(r.user)))
	return send(t, server, r.method, r.path, header, "")
}

func TestVardata_AcceptsWhatSDKsSend(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetUserVariants("7", experiment.Variants{"checkout": {Key: "on"}}))
	for _, request := range sdkRequests {
		t.Run(request.name, func(t *testing.T) {
			got := request.send(t, server)
			assert.Equal(t, `{"checkout":{"key":"on"}}`, got.body)
			assert.Equal(t, 200, got.status)
			requests := server.Requests()
			assert.JSONEq(t, request.user, string(requests[len(requests)-1].User), "recorded as it was sent")
		})
	}
}

func TestFlags_AcceptsWhatSDKsSend(t *testing.T) {
	server := start(t, nil)
	for _, tt := range []struct {
		name, path string
		header     http.Header
	}{
		{"Go 1.12", "/sdk/v2/flags?v=0", http.Header{
			"X-Amp-Exp-Library": {"experiment-go-server/1.12.0"},
			"Content-Type":      {"application/json; charset=UTF-8"},
		}},
		{"Node 1.13.6", "/sdk/v2/flags", http.Header{"X-Amp-Exp-Library": {"experiment-node-server/1.13.6"}}},
		{"Python 1.13.0", "/sdk/v2/flags?v=0", http.Header{
			"X-Amp-Exp-Library": {"experiment-python-server/1.13.0"},
			"Content-Type":      {"application/json;charset=utf-8"},
		}},
		{"a scheme in capitals", "/sdk/v2/flags", http.Header{
			"Authorization": {"API-KEY " + server.DeploymentKey},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := send(t, server, "GET", tt.path, tt.header, "")
			assert.Equal(t, 200, got.status)
			assert.Equal(t, "[]", got.body)
		})
	}
}
